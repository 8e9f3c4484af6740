package io.ains.registry.operations;

import io.ains.protocol.AgentStatus;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.EventCount;
import io.ains.registry.projection.EventTime;
import io.ains.registry.projection.ProjectionStatus;
import io.ains.registry.projection.Tallies;
import io.ains.service.BoundedLabels;
import io.ains.service.MetricsSettings;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Shows to Prometheus what the projection has counted of the events. The values are those of the topics, not of this
 * process: every registry shows the same, so they are read with {@code max}, never added up. As long as the tables are
 * being made there are none, so that no rate is seen in the making. Safe for many threads.
 */
@Component
final class EventMetrics implements MultiCollector {
    private static final double MILLIS = 1_000.0;
    private static final String CAPABILITY = "capability";
    private static final String TRUST =
            "SELECT agent_id, display_name, trust_score FROM agent ORDER BY agent_id LIMIT ?";

    private final ProjectionStatus status;
    private final Tallies tallies;
    private final JdbcClient queries;
    private final int maxAgents;
    private final BoundedLabels capabilities;

    EventMetrics(
            ProjectionStatus status,
            Tallies tallies,
            Database database,
            MetricsSettings settings,
            PrometheusRegistry registry) {
        this.status = status;
        this.tallies = tallies;
        this.queries = database.queries();
        this.maxAgents = settings.maxAgents();
        this.capabilities = new BoundedLabels(settings.maxCapabilities());
        registry.register(this);
    }

    /** The counts of one scrape, by the labels that are shown. */
    private final class Picture implements Tallies.EventReader {
        private static final class Distribution {
            final long[] buckets = new long[EventTime.boundsInSeconds().length];
            long sumMillis;
        }

        private final Map<EventCount, Map<String, Shown<long[]>>> counts = new EnumMap<>(EventCount.class);
        private final Map<EventTime, Map<String, Shown<Distribution>>> times = new EnumMap<>(EventTime.class);

        private record Shown<V>(Labels labels, V value) {}

        private Labels labels(List<String> names, List<String> values) {
            String[] shown = values.toArray(String[]::new);
            if (names.get(0).equals(CAPABILITY)) {
                shown[0] = capabilities.of(shown[0]);
            }
            return Labels.of(names.toArray(String[]::new), shown);
        }

        @Override
        public void count(EventCount what, List<String> values, long n) {
            Labels labels = what.labels().isEmpty() ? Labels.EMPTY : labels(what.labels(), values);
            counts.computeIfAbsent(what, any -> new TreeMap<>())
                    .computeIfAbsent(labels.toString(), any -> new Shown<>(labels, new long[1]))
                    .value[0] += n;
        }

        private Distribution distribution(EventTime what, List<String> values) {
            Labels labels = labels(what.labels(), values);
            return times.computeIfAbsent(what, any -> new TreeMap<>())
                    .computeIfAbsent(labels.toString(), any -> new Shown<>(labels, new Distribution()))
                    .value;
        }

        @Override
        public void bucket(EventTime what, List<String> values, int bucket, long n) {
            distribution(what, values).buckets[bucket] += n;
        }

        @Override
        public void sum(EventTime what, List<String> values, long millis) {
            distribution(what, values).sumMillis += millis;
        }

        List<MetricSnapshot> snapshots() {
            List<MetricSnapshot> snapshots = new ArrayList<>();
            for (EventCount what : EventCount.values()) {
                var family = CounterSnapshot.builder().name(what.metric()).help(what.help());
                if (what.labels().isEmpty()) {
                    // From the start, so that the first one is seen as an increase.
                    count(what, List.of(), 0);
                }
                counts.getOrDefault(what, Map.of())
                        .values()
                        .forEach(shown -> family.dataPoint(CounterDataPointSnapshot.builder()
                                .labels(shown.labels)
                                .value(shown.value[0])
                                .build()));
                snapshots.add(family.build());
            }
            for (EventTime what : EventTime.values()) {
                var family = HistogramSnapshot.builder().name(what.metric()).help(what.help());
                times.getOrDefault(what, Map.of())
                        .values()
                        .forEach(shown -> family.dataPoint(HistogramDataPointSnapshot.builder()
                                .labels(shown.labels)
                                .classicHistogramBuckets(
                                        ClassicHistogramBuckets.of(EventTime.boundsInSeconds(), shown.value.buckets))
                                .sum(shown.value.sumMillis / MILLIS)
                                .build()));
                snapshots.add(family.build());
            }
            return snapshots;
        }
    }

    @Override
    public MetricSnapshots collect() {
        if (!status.isComplete()) {
            return new MetricSnapshots();
        }
        Picture picture = new Picture();
        tallies.events(picture);
        List<MetricSnapshot> snapshots = picture.snapshots();
        Map<String, Long> agents = tallies.parts("agents", "");
        long all = agents.values().stream().mapToLong(Long::longValue).sum();
        long active = agents.getOrDefault(AgentStatus.AVAILABLE.name(), 0L)
                + agents.getOrDefault(AgentStatus.BUSY.name(), 0L);
        snapshots.add(gauge("ains_agents_total", "Registered agents", all));
        snapshots.add(gauge("ains_agents_active", "Registered agents that are AVAILABLE or BUSY", active));
        snapshots.add(gauge("ains_dead_tasks", "Tasks in the dead letters", tallies.all("dead", "")));
        if (all <= maxAgents) {
            snapshots.add(trust());
        }
        return new MetricSnapshots(snapshots);
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private MetricSnapshot trust() {
        var family = GaugeSnapshot.builder()
                .name("ains_agent_trust_score")
                .help("Trust in an agent, 0 to 1; there only while the fleet is small");
        queries.sql(TRUST).param(maxAgents).query(row -> {
            family.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("agent_id", row.getString(1), "display_name", row.getString(2)))
                    .value(row.getDouble(3))
                    .build());
        });
        return family.build();
    }
}
