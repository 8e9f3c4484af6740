package io.ains.benchmarks;

import io.ains.protocol.Json;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The figures of one benchmark: told as a table while it runs, and as a line of JSON at its end. Used by one thread. */
final class Report {
    private static final double NANOS_PER_MS = 1e6;

    private final PrintStream out;
    private final ObjectNode json = Json.MAPPER.createObjectNode();
    private final ArrayNode rows;

    Report(String benchmark, PrintStream out) {
        this.out = out;
        json.put("benchmark", benchmark);
        json.put("java", System.getProperty("java.version"));
        json.put("processors", Runtime.getRuntime().availableProcessors());
        rows = json.putArray("rows");
    }

    /** Says what is going on. */
    void say(String format, Object... values) {
        out.printf(Locale.ROOT, "# " + format + "%n", values);
    }

    /** A row of figures, by names that bear their units. */
    void row(String name, Map<String, Double> figures) {
        ObjectNode row = rows.addObject().put("name", name);
        figures.forEach(row::put);
        out.printf(
                Locale.ROOT,
                "%-44s %s%n",
                name,
                figures.entrySet().stream()
                        .map(figure -> figure.getKey() + " " + told(figure.getValue()))
                        .collect(Collectors.joining("   ")));
        out.flush();
    }

    private static String told(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }

    String json() {
        return Json.MAPPER.writeValueAsString(json);
    }

    /** Figures in the order in which they are given: name, value, name, value. */
    static Map<String, Double> figures(Object... namesAndValues) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            figures.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
        }
        return figures;
    }

    /** The percentiles of times in nanoseconds, in milliseconds. */
    static Map<String, Double> percentiles(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return figures(
                "p50_ms", sorted[sorted.length / 2] / NANOS_PER_MS,
                "p99_ms", sorted[(int) (sorted.length * 0.99)] / NANOS_PER_MS,
                "p99.9_ms", sorted[(int) (sorted.length * 0.999)] / NANOS_PER_MS);
    }

    /** The median of each figure over several rounds. */
    static Map<String, Double> medians(List<Map<String, Double>> rounds) {
        Map<String, Double> medians = new LinkedHashMap<>();
        rounds.get(0)
                .keySet()
                .forEach(name -> medians.put(
                        name,
                        median(rounds.stream()
                                .mapToDouble(round -> round.getOrDefault(name, Double.NaN))
                                .toArray())));
        return medians;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
