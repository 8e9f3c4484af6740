package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.FleetCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** What the heartbeat-processor shows to operators, over all partitions of this instance. Safe for many threads. */
public final class FleetMetrics {
    private static final String AGENTS = "ains.agents";
    private static final String HEARTBEATS = "ains.heartbeats";

    private final MeterRegistry meters;
    private final Map<Integer, FleetCounts> partitions = new ConcurrentHashMap<>();
    private final Counter taken;
    private final Counter stale;
    private final Counter unknown;
    private final Counter graces;

    /** Registers the meters. */
    public FleetMetrics(MeterRegistry meters) {
        this.meters = meters;
        agents("AVAILABLE", FleetCounts::available);
        agents("BUSY", FleetCounts::busy);
        agents("SUSPECT", FleetCounts::suspect);
        agents("INACTIVE", FleetCounts::inactive);
        Gauge.builder("ains.agents.resting", this, metrics -> metrics.sum(FleetCounts::resting))
                .description("Living agents that do not take the tasks of at least one capability, and get none of it")
                .register(meters);
        Gauge.builder("ains.agents.flapping", this, metrics -> metrics.sum(FleetCounts::flapping))
                .description("Agents that are held SUSPECT because they come and go too often")
                .register(meters);
        Gauge.builder("ains.self.preservation", this, metrics -> metrics.sum(counts -> counts.holdingDeaths() ? 1 : 0))
                .description("Partitions in which deaths are held back because too many agents fell silent at once")
                .register(meters);
        taken = heartbeats("taken");
        stale = heartbeats("stale_session");
        unknown = heartbeats("unknown_agent");
        graces = counter("ains.heartbeat.graces", "Times that the control plane found that it had been away");
    }

    private void agents(String status, ToIntFunction<FleetCounts> count) {
        Gauge.builder(AGENTS, this, metrics -> metrics.sum(count))
                .description("Registered agents, by status")
                .tag("status", status)
                .register(meters);
    }

    private Counter heartbeats(String result) {
        return Counter.builder(HEARTBEATS)
                .description("Heartbeats read, by what became of them")
                .tag("result", result)
                .register(meters);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    private int sum(ToIntFunction<FleetCounts> count) {
        return partitions.values().stream().mapToInt(count).sum();
    }

    /** Shows the numbers of a partition in place of its last ones. */
    void present(int partition, FleetCounts now) {
        FleetCounts last = partitions.put(partition, now);
        FleetCounts before = last == null ? FleetCounts.NONE : last;
        taken.increment(now.heartbeats() - before.heartbeats());
        stale.increment(now.staleHeartbeats() - before.staleHeartbeats());
        unknown.increment(now.unknownHeartbeats() - before.unknownHeartbeats());
        graces.increment(now.graces() - before.graces());
    }

    void absent(int partition) {
        partitions.remove(partition);
    }
}
