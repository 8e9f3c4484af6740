package io.ains.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code ains bench} command. */
@Command(
        name = "ains bench",
        mixinStandardHelpOptions = true,
        description = "Measure AINS beside what Kafka alone takes, in one run on this machine.",
        footerHeading = "%nThe benchmarks:%n",
        sortOptions = false)
public final class Bench implements Callable<Integer> {
    private record Entry(String description, Benchmark benchmark) {}

    private static final Map<String, Entry> BENCHMARKS = benchmarks();

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "What to measure.")
    private String name = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the line of JSON there too.")
    private @Nullable Path file;

    @Option(names = "--quick", description = "Only show that it works, in seconds; the figures mean nothing.")
    private boolean quick;

    private static Map<String, Entry> benchmarks() {
        Map<String, Entry> all = new LinkedHashMap<>();
        all.put(
                "dispatch-latency",
                new Entry("from the submission to the start and to the result", new DispatchLatency()));
        all.put("dispatch-throughput", new Entry("tasks a second at saturation", new DispatchThroughput()));
        all.put("backlog", new Entry("what a million waiting tasks cost", DispatchBacklog::run));
        all.put(
                "heartbeats",
                new Entry("heartbeats a second, and how soon a death is known", HeartbeatsBenchmark::run));
        all.put("failover", new Entry("the longest pause when a process is killed", new Failover()));
        all.put("start", new Entry("from nothing to the first completed task", new ColdStart()));
        all.put("http", new Entry("requests a second through the registry-service", new HttpRoutes()));
        all.put("idle", new Entry("what an installation costs that has nothing to do", new Idle()));
        all.put("cores", new Entry("the rules and the serdes alone, by JMH", new Cores()));
        all.put("fleet-memory", new Entry("what an agent takes of the heap", HeartbeatsMemory::run));
        all.put("foreign-records", new Entry("what an agent pays for its neighbours' tasks", ForeignRecords::run));
        all.put("task-client", new Entry("how soon a client has a task's event", TaskClientLatency::run));
        return all;
    }

    /** Ends the process: 0 if all went well, 1 if it did not, 2 if it was asked for what there is not. */
    public static void main(String[] args) {
        // Before anybody logs: there is another one on the class path, of the standalone.
        System.setProperty("logback.configurationFile", "io/ains/benchmarks/logback.xml");
        CommandLine command = new CommandLine(new Bench());
        command.getCommandSpec()
                .usageMessage()
                .footer(BENCHMARKS.entrySet().stream()
                        .map(entry -> String.format(
                                "  %-20s %s", entry.getKey(), entry.getValue().description()))
                        .toArray(String[]::new));
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Entry entry = BENCHMARKS.get(name);
        if (entry == null && spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "expected one of " + BENCHMARKS.keySet() + ", but got " + name);
        }
        if (entry != null) {
            Report report = new Report(name, System.out);
            entry.benchmark().run(report, quick);
            System.out.println(report.json());
            if (file != null) {
                Files.writeString(file, report.json() + System.lineSeparator());
            }
        }
        return 0;
    }
}
