package io.ains.benchmarks;

import io.ains.agent.Agent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From nothing to the first completed task of a standalone AINS, and a registry-service with a million tasks. How long the
 * other services take with a million tasks or agents in their state is told by the benchmarks backlog and heartbeats, which
 * have made them.
 */
final class ColdStart implements Benchmark {
    @Override
    public void run(Report report, boolean quick) throws Exception {
        List<Map<String, Double>> rounds = new ArrayList<>();
        for (int round = 0; round < (quick ? 1 : 5); round++) {
            rounds.add(once());
        }
        report.row("standalone", Report.medians(rounds));
        RegistryStart.run(report, quick ? 1_000 : 1_000_000);
    }

    private static Map<String, Double> once() throws Exception {
        Path folder = Files.createTempDirectory("ains-start");
        long began = System.nanoTime();
        try (StandaloneProcess standalone = new StandaloneProcess(folder)) {
            standalone.awaitReady();
            double ready = secondsSince(began);
            try (Agent agent = Agent.builder("first")
                    .bootstrapServers(standalone.bootstrapServers())
                    .capability("work", task -> null)
                    .shutdownHook(false)
                    .build()
                    .start()) {
                standalone.submit("first", "work");
                standalone.awaitCompleted("first");
                return Report.figures("ready_s", ready, "first_task_completed_s", secondsSince(began));
            }
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
