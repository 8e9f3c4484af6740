package io.ains.benchmarks;

import io.ains.agent.TaskClient;
import io.ains.protocol.Json;
import io.ains.protocol.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * From a submission over Kafka to the start of its handler and to the result at the client, under both guarantees, beside
 * two plain hops over the same broker at the same rate, in turns. Two hops of which the second is a transaction show how
 * much of it is Kafka's own price of exactly-once.
 */
final class DispatchLatency implements Benchmark {
    private static final List<String> CAPABILITIES =
            IntStream.range(0, 4).mapToObj(i -> "work-" + i).toList();
    private static final int AGENTS = 50;
    private static final int SLOTS = 20;
    /** The compiler works by counts; until it is done it takes half of a small machine. */
    private static final int WARM_UP_RATE = 500;

    private static final int WARM_UP_SECONDS = 20;

    /** Nanoseconds, by task id. */
    private final Map<String, Long> submitted = new ConcurrentHashMap<>();

    private final Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();
    private long[] starts = {};
    private int started;
    private int sequence;

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int[] rates = quick ? new int[] {50} : new int[] {100, 500, 2_000};
        int seconds = quick ? 2 : 10;
        try (Installation installation = new Installation();
                PlainHops floor = new PlainHops(installation.bootstrapServers())) {
            installation.heartbeatProcessor("fleet");
            for (int i = 0; i < AGENTS; i++) {
                installation.agent("agent-" + i, SLOTS, List.of(CAPABILITIES.get(i % CAPABILITIES.size())), task -> {
                    started(task.taskId());
                    return Map.of();
                });
            }
            for (int round = 0; round < (quick ? 1 : 3); round++) {
                report.say("round %d", round + 1);
                for (int rate : rates) {
                    add("two plain hops", rate, Report.percentiles(floor.measure(rate, seconds)));
                    add(
                            "two hops, the second in a transaction",
                            rate,
                            Report.percentiles(floor.measureTransactions(rate, seconds)));
                }
                for (String guarantee : List.of("exactly_once_v2", "at_least_once")) {
                    measure(installation, guarantee, rates, seconds, quick ? 2 : WARM_UP_SECONDS);
                }
            }
            rounds.forEach((name, all) -> report.row(name, Report.medians(all)));
            for (int rate : rates) {
                Map<String, Double> hops = medians("two plain hops", rate);
                Map<String, Double> start = medians("exactly_once_v2, to the start", rate);
                report.row(
                        "exactly_once_v2, to the start, of the floor at " + rate + "/s",
                        Report.figures("p50", ratio(start, hops, "p50_ms"), "p99", ratio(start, hops, "p99_ms")));
            }
        }
    }

    private void add(String name, int rate, Map<String, Double> figures) {
        rounds.computeIfAbsent(name + " at " + rate + "/s", any -> new ArrayList<>())
                .add(figures);
    }

    private Map<String, Double> medians(String name, int rate) {
        return Report.medians(rounds.getOrDefault(name + " at " + rate + "/s", List.of()));
    }

    private static double ratio(Map<String, Double> of, Map<String, Double> to, String figure) {
        return of.getOrDefault(figure, Double.NaN) / to.getOrDefault(figure, Double.NaN);
    }

    private synchronized void started(String taskId) {
        Long since = submitted.get(taskId);
        if (since != null && started < starts.length) {
            starts[started++] = System.nanoTime() - since;
        }
    }

    private void measure(Installation installation, String guarantee, int[] rates, int seconds, int warmUp)
            throws Exception {
        try (MeasuredService dispatcher =
                        installation.dispatcher("dispatcher-" + guarantee, "ains.streams.guarantee=" + guarantee);
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(installation.bootstrapServers())
                        .connect()) {
            Installation.awaitKnown(client, CAPABILITIES, Integer.toString(sequence++));
            load(client, WARM_UP_RATE, warmUp);
            for (int rate : rates) {
                double cpu = dispatcher.cpuSeconds();
                long[] results = load(client, rate, seconds);
                Map<String, Double> start = Report.percentiles(Arrays.copyOf(starts, started));
                start.put("dispatcher_cpu_us_per_task", (dispatcher.cpuSeconds() - cpu) * 1e6 / results.length);
                add(guarantee + ", to the start", rate, start);
                add(guarantee + ", to the result", rate, Report.percentiles(results));
            }
            dispatcher.terminate();
        }
    }

    /** The times to each result, in nanoseconds; those to each start are in {@link #starts}. */
    private long[] load(TaskClient client, int rate, int seconds) throws Exception {
        int count = rate * seconds;
        synchronized (this) {
            starts = new long[count];
            started = 0;
        }
        long[] results = new long[count];
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        Pace.evenly(rate, count, number -> {
            TaskSpec task = TaskSpec.of("task-" + sequence++, "client", CAPABILITIES.get(number % CAPABILITIES.size()))
                    .inputData(Json.MAPPER.createObjectNode().put("text", "x".repeat(100)))
                    .build();
            long since = System.nanoTime();
            submitted.put(task.taskId(), since);
            outcomes.add(
                    client.submit(task).outcome().thenAccept(result -> results[number] = System.nanoTime() - since));
        });
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(180, TimeUnit.SECONDS);
        submitted.clear();
        return results;
    }
}
