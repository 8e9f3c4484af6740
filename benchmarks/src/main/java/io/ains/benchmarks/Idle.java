package io.ains.benchmarks;

import io.ains.protocol.Topics;
import io.ains.testkit.BrokerCluster;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/** What a standalone AINS costs whose agents only say that they live, each five seconds; before it, a broker alone. */
final class Idle implements Benchmark {
    private static final int PARTITIONS = 4;
    private static final int INTERVAL_MS = 5_000;

    @Override
    public void run(Report report, boolean quick) throws Exception {
        report.row(
                "a broker that nobody speaks to", Report.figures("cores", brokerAlone(quick ? 2 : 30, quick ? 3 : 60)));
        for (int agents : quick ? new int[] {10} : new int[] {10, 10_000}) {
            int seconds = quick ? 3 : 60;
            try (StandaloneProcess standalone = new StandaloneProcess(Files.createTempDirectory("ains-idle"))) {
                standalone.awaitReady();
                try (HeartbeatsLoad fleet = new HeartbeatsLoad(
                        standalone.bootstrapServers(), Topics.withDefaultPrefix(), agents, PARTITIONS, INTERVAL_MS)) {
                    fleet.register(0, agents);
                    int next = fleet.beat(0, quick ? 2 : 30, agent -> true);
                    double cpu = standalone.cpuSeconds();
                    fleet.beat(next, seconds, agent -> true);
                    report.row(
                            agents + " idle agents",
                            Report.figures(
                                    "cores",
                                    (standalone.cpuSeconds() - cpu) / seconds,
                                    "resident_mb",
                                    standalone.residentMegabytes()));
                }
            }
        }
    }

    private static double brokerAlone(int settleSeconds, int seconds) throws Exception {
        try (BrokerCluster broker = new BrokerCluster(Files.createTempDirectory("ains-idle"), 1)) {
            TimeUnit.SECONDS.sleep(settleSeconds);
            double cpu = broker.brokers().get(0).cpuSeconds();
            TimeUnit.SECONDS.sleep(seconds);
            return (broker.brokers().get(0).cpuSeconds() - cpu) / seconds;
        }
    }
}
