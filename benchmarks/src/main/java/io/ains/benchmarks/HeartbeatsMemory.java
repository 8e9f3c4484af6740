package io.ains.benchmarks;

import io.ains.heartbeat.domain.AgentRecord;
import io.ains.heartbeat.domain.Counted;
import io.ains.heartbeat.domain.Fleet;
import io.ains.heartbeat.domain.FleetSettings;
import io.ains.heartbeat.domain.Outbox;
import io.ains.heartbeat.domain.Profile;
import io.ains.heartbeat.domain.Returns;
import io.ains.heartbeat.domain.Standing;
import io.ains.heartbeat.domain.Trust;
import io.ains.heartbeat.domain.Vitals;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.StatusReason;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one agent takes of the heap beside what it registered, and what a heartbeat takes of the time. The core alone,
 * without Kafka.
 */
final class HeartbeatsMemory {
    private static final long START = 1_700_000_000_000L;
    private static final int ROUNDS = 20;
    private static final int BATCH = 1_000;
    /** Has no divisor in common with a number of agents. */
    private static final int STRIDE = 7_919;

    private static final JsonNode METRICS = Json.raw("{\"queue\":3}");

    private HeartbeatsMemory() {}

    static void run(Report report, boolean quick) {
        for (int agents : quick ? new int[] {1_000} : new int[] {1_000, 100_000, 1_000_000}) {
            measure(report, agents);
        }
    }

    private static void measure(Report report, int agents) {
        double[] heartbeats = new double[ROUNDS];
        double[] ticks = new double[ROUNDS];
        AgentRecord[] records = new AgentRecord[agents];
        Trust trust = new Trust(0.5, 0, 0, 0, null, null);
        Returns returns = new Returns(List.of(), 0, 0);
        for (int i = 0; i < agents; i++) {
            String id = id(i);
            records[i] = new AgentRecord(
                    id,
                    START,
                    new Profile(id, null, null, null, null, List.of(), DeliveryMode.KAFKA, 10_000),
                    List.of(),
                    new Standing(session(i), AgentStatus.AVAILABLE, StatusReason.REGISTERED, START, List.of()),
                    List.of(),
                    trust,
                    returns,
                    new Vitals(null, null, null));
        }
        long before = used();
        Fleet fleet = new Fleet(FleetSettings.defaults(), new Nowhere());
        for (AgentRecord record : records) {
            fleet.restore(record);
        }
        long time = START;
        for (int round = 0; round < ROUNDS; round++) {
            time += 10_000;
            heartbeats[round] = (double) nanosToBeat(fleet, agents, time) / agents;
            long beaten = System.nanoTime();
            for (int second = 0; second < 10; second++) {
                fleet.tick(time + second * 1_000L);
            }
            ticks[round] = (System.nanoTime() - beaten) / 10 / 1e6;
        }
        report.row(
                String.format(
                        Locale.ROOT, "%,d available agents", fleet.counts().available()),
                Report.figures(
                        "ns_per_heartbeat", Report.median(heartbeats),
                        "ms_per_tick", Report.median(ticks),
                        "heap_bytes_per_agent", (double) (used() - before) / agents));
        // They count before and after.
        Reference.reachabilityFence(fleet);
        Reference.reachabilityFence(records);
    }

    /** Each agent beats once, in no order of theirs, by objects that were just made: as if they had just been parsed. */
    private static long nanosToBeat(Fleet fleet, int agents, long time) {
        long nanos = 0;
        Heartbeat[] beats = new Heartbeat[BATCH];
        for (int from = 0; from < agents; from += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                int agent = (int) ((long) (from + i) * STRIDE % agents);
                beats[i] = new Heartbeat(id(agent), session(agent), HealthStatus.ACTIVE, time, METRICS);
            }
            long began = System.nanoTime();
            for (Heartbeat beat : beats) {
                fleet.heartbeat(beat, time);
            }
            nanos += System.nanoTime() - began;
        }
        return nanos;
    }

    private static String id(int agent) {
        return "agent-" + agent;
    }

    private static String session(int agent) {
        return "5f0c7a52-6d6f-4b8e-9a51-" + (100_000_000_000L + agent);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Takes everything and keeps nothing. */
    private static final class Nowhere implements Outbox {
        @Override
        public void keep(AgentRecord record) {}

        @Override
        public void forget(String agentId, long time) {}

        @Override
        public void archive(AgentRecord record, long time) {}

        @Override
        public @Nullable AgentRecord archived(String agentId) {
            return null;
        }

        @Override
        public void unarchive(String agentId) {}

        @Override
        public void state(AgentState state, long time) {}

        @Override
        public void event(AgentEvent event) {}

        @Override
        public void count(Counted what) {}
    }
}
