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
import io.ains.protocol.StatusReason;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one agent takes of the heap beside what it registered, and what a heartbeat takes of the time. The core alone,
 * without Kafka.
 */
final class HeartbeatsMemory {
    private static final long START = 1_700_000_000_000L;
    private static final int ROUNDS = 20;

    private HeartbeatsMemory() {}

    static void run(Report report, boolean quick) {
        int agents = quick ? 1_000 : 1_000_000;
        double[] heartbeats = new double[ROUNDS];
        double[] ticks = new double[ROUNDS];
        AgentRecord[] records = new AgentRecord[agents];
        Heartbeat[] beats = new Heartbeat[agents];
        Trust trust = new Trust(0.5, 0, 0, 0, null, null);
        Returns returns = new Returns(List.of(), 0, 0);
        for (int i = 0; i < agents; i++) {
            String id = "agent-" + i;
            records[i] = new AgentRecord(
                    id,
                    START,
                    new Profile(id, null, null, null, null, List.of(), DeliveryMode.KAFKA, 10_000),
                    List.of(),
                    new Standing("s", AgentStatus.AVAILABLE, StatusReason.REGISTERED, START, List.of()),
                    List.of(),
                    trust,
                    returns,
                    new Vitals(null, null, null));
            beats[i] = new Heartbeat(id, "s", HealthStatus.ACTIVE, 1L, null);
        }
        long before = used();
        Fleet fleet = new Fleet(FleetSettings.defaults(), new Nowhere());
        for (AgentRecord record : records) {
            fleet.restore(record);
        }
        long time = START;
        for (int round = 0; round < ROUNDS; round++) {
            time += 10_000;
            long began = System.nanoTime();
            for (Heartbeat beat : beats) {
                fleet.heartbeat(beat, time);
            }
            long beaten = System.nanoTime();
            for (int second = 0; second < 10; second++) {
                fleet.tick(time + second * 1_000L);
            }
            heartbeats[round] = (double) (beaten - began) / agents;
            ticks[round] = (System.nanoTime() - beaten) / 10 / 1e6;
        }
        report.row(
                String.format(
                        Locale.ROOT, "%,d available agents", fleet.counts().available()),
                Report.figures(
                        "ns_per_heartbeat", Report.median(heartbeats),
                        "ms_per_tick", Report.median(ticks),
                        "heap_bytes_per_agent", (double) (used() - before) / agents));
        if (records.length + beats.length == 0) {
            throw new IllegalStateException("kept until here, so that they count before and after");
        }
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
