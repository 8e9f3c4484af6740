package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.Counted;
import io.ains.heartbeat.domain.FleetCounts;
import io.ains.service.PartitionCounters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** What the heartbeat-processor shows to operators, over all partitions of this instance. Safe for many threads. */
public final class FleetMetrics {
    private static final String AGENTS = "ains.agents";

    private final MeterRegistry meters;
    private final Map<Integer, FleetCounts> partitions = new ConcurrentHashMap<>();
    private final PartitionCounters<Counted> counters;

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
        counters = new PartitionCounters<>(meters, Counted.class, FleetMetrics::shown);
    }

    private static PartitionCounters.Shown shown(Counted what) {
        return switch (what) {
            case HEARTBEAT_TAKEN -> heartbeats("taken");
            case HEARTBEAT_OF_STALE_SESSION -> heartbeats("stale_session");
            case HEARTBEAT_OF_UNKNOWN_AGENT -> heartbeats("unknown_agent");
            case GRACE ->
                new PartitionCounters.Shown(
                        "ains.heartbeat.graces",
                        "Times that the control plane found that it had been away",
                        Tags.empty());
        };
    }

    private static PartitionCounters.Shown heartbeats(String result) {
        return new PartitionCounters.Shown(
                "ains.heartbeats", "Heartbeats read, by what became of them", Tags.of("result", result));
    }

    PartitionCounters<Counted> counters() {
        return counters;
    }

    private void agents(String status, ToIntFunction<FleetCounts> count) {
        Gauge.builder(AGENTS, this, metrics -> metrics.sum(count))
                .description("Registered agents, by status")
                .tag("status", status)
                .register(meters);
    }

    private int sum(ToIntFunction<FleetCounts> count) {
        return partitions.values().stream().mapToInt(count).sum();
    }

    /** Shows the numbers of a partition in place of its last ones. */
    void present(int partition, FleetCounts now) {
        partitions.put(partition, now);
    }

    void absent(int partition) {
        partitions.remove(partition);
    }
}
