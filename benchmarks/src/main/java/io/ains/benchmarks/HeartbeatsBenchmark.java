package io.ains.benchmarks;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.JsonSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * How many agents one heartbeat-processor carries. A fleet is registered and beats: how far behind real time is the
 * processor, what does it cost, and how long does it take to start again? One in a hundred agents falls silent: how long
 * after the dead-timeout is that known? And how fast does a processor read a backlog ({@link HeartbeatsBacklog})?
 */
final class HeartbeatsBenchmark {
    private static final int SETTLE_SECONDS = 60;
    private static final int MILLION = 1_000_000;

    private final Report report;
    private final HeartbeatsFleet fleet;

    private HeartbeatsBenchmark(Report report, HeartbeatsFleet fleet) {
        this.report = report;
        this.fleet = fleet;
    }

    static void run(Report report, boolean quick) throws Exception {
        if (quick) {
            backlogs(report, 200_000, 1, 100, 200);
        } else {
            backlogs(report, 4 * MILLION, 3, 1_000, 100_000, MILLION);
        }
        int intervalMs = quick ? 500 : 5_000;
        try (HeartbeatsFleet fleet = new HeartbeatsFleet(report, quick ? 100 : 100_000, intervalMs)) {
            new HeartbeatsBenchmark(report, fleet).deaths(intervalMs);
        }
        try (HeartbeatsFleet fleet = new HeartbeatsFleet(report, quick ? 100 : MILLION, 2 * intervalMs)) {
            new HeartbeatsBenchmark(report, fleet).carry(quick ? 2 : 60);
        }
    }

    /** The fleets take turns, so that each round compares what was measured within the same minutes. */
    private static void backlogs(Report report, int heartbeats, int rounds, int... sizes) throws Exception {
        List<HeartbeatsBacklog> backlogs = new ArrayList<>();
        try {
            for (int agents : sizes) {
                HeartbeatsFleet fleet = new HeartbeatsFleet(report, agents, 300_000);
                backlogs.add(new HeartbeatsBacklog(fleet));
                fleet.startAndRegister().terminate();
            }
            for (int round = 0; round < rounds; round++) {
                for (HeartbeatsBacklog backlog : backlogs) {
                    backlog.readOnce(heartbeats, backlogs.get(0));
                }
            }
            for (HeartbeatsBacklog backlog : backlogs) {
                backlog.report(report, heartbeats);
            }
        } finally {
            for (HeartbeatsBacklog backlog : backlogs) {
                backlog.close();
            }
        }
    }

    private void carry(int seconds) throws Exception {
        MeasuredService processor = fleet.startAndRegister();
        int next = settle(processor);
        double cpu = processor.cpuSeconds();
        double heartbeats = processor.metric("ains_heartbeats_total{");
        List<Double> ages = new ArrayList<>();
        long began = System.nanoTime();
        while (HeartbeatsFleet.secondsSince(began) < seconds) {
            next = fleet.load.beat(next, 0.5, agent -> true);
            ages.add(processor.largest("ains_tick_age_seconds{"));
        }
        double took = HeartbeatsFleet.secondsSince(began);
        double beaten = processor.metric("ains_heartbeats_total{") - heartbeats;
        double used = processor.cpuSeconds() - cpu;
        ages.sort(null);
        double live = processor.liveHeap();
        Map<String, Double> figures = Report.figures(
                "heartbeats_per_s",
                beaten / took,
                "tick_age_p50_s",
                ages.get(ages.size() / 2),
                "tick_age_max_s",
                ages.get(ages.size() - 1),
                "cores",
                used / took,
                "cpu_us_per_heartbeat",
                used / beaten * 1e6,
                "not_available",
                fleet.agents - processor.metric("ains_agents{status=\"AVAILABLE\"}"),
                "heap_bytes_per_agent",
                live / fleet.agents);
        processor.terminate();
        figures.put("ready_after_stop_s", fleet.secondsToStart());
        fleet.deleteState();
        figures.put("ready_without_state_s", fleet.secondsToStart());
        report.row(String.format(Locale.ROOT, "a fleet of %,d", fleet.agents), figures);
    }

    /** Lets it catch up with what its start has left. */
    private int settle(MeasuredService processor) throws InterruptedException {
        long began = System.nanoTime();
        int next = 0;
        do {
            next = fleet.load.beat(next, 2, agent -> true);
        } while (HeartbeatsFleet.secondsSince(began) < SETTLE_SECONDS
                && processor.largest("ains_tick_age_seconds{") > 1.5);
        report.say("settled after %.0f s", HeartbeatsFleet.secondsSince(began));
        return next;
    }

    private void deaths(int intervalMs) throws Exception {
        MeasuredService processor = fleet.startAndRegister();
        long deadMs = 6L * intervalMs;
        int next = fleet.load.beat(0, 2 * intervalMs / 1_000.0, agent -> true);
        Map<String, Long> known = new HashMap<>();
        JsonSerde<AgentEvent> serde = JsonSerde.of(AgentEvent.class);
        AtomicBoolean over = new AtomicBoolean();
        Thread reader = new Thread(() -> readDeaths(known, serde, deadMs, over), "deaths");
        reader.start();
        next = fleet.load.beat(next, deadMs / 1_000.0 + 10, agent -> agent % 100 != 0);
        over.set(true);
        reader.join();
        long[] lags = IntStream.range(0, fleet.agents)
                .filter(agent -> agent % 100 == 0 && known.containsKey(HeartbeatsLoad.id(agent)))
                .mapToLong(
                        agent -> known.getOrDefault(HeartbeatsLoad.id(agent), 0L) - fleet.load.lastBeat(agent) - deadMs)
                .sorted()
                .toArray();
        report.row(
                String.format(Locale.ROOT, "%,d of %,d agents fall silent", (fleet.agents + 99) / 100, fleet.agents),
                Report.figures(
                        "known", lags.length,
                        "of_others", known.size() - lags.length,
                        "lag_p50_ms", lags[lags.length / 2],
                        "lag_p99_ms", lags[lags.length * 99 / 100],
                        "lag_max_ms", lags[lags.length - 1]));
        processor.terminate();
    }

    /** A death is false if the broker had taken a heartbeat within the dead-timeout before it. */
    private void checkSilence(AgentEvent.StatusChanged death, long deadMs) {
        int agent =
                Integer.parseInt(death.agentId().substring(HeartbeatsLoad.id(0).length() - 1));
        long silence = death.at() - fleet.load.lastBeat(agent);
        if (silence >= 0 && silence < deadMs) {
            report.say("FALSE DEATH of %s, %d ms after its last heartbeat", death.agentId(), silence);
        }
    }

    private void readDeaths(Map<String, Long> known, JsonSerde<AgentEvent> serde, long deadMs, AtomicBoolean over) {
        try (KafkaConsumer<String, AgentEvent> consumer = fleet.consumer(new StringDeserializer(), serde)) {
            consumer.assign(HeartbeatsFleet.partitionsOf(fleet.topics.agentEvents()));
            consumer.seekToEnd(List.of());
            while (!over.get()) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                    if (record.value() instanceof AgentEvent.StatusChanged changed
                            && changed.to() == AgentStatus.INACTIVE) {
                        known.putIfAbsent(changed.agentId(), System.currentTimeMillis());
                        checkSilence(changed, deadMs);
                    }
                });
            }
        }
    }
}
