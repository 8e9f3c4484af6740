package io.ains.registry.broker;

import io.ains.protocol.Topics;
import io.ains.registry.projection.Database;
import io.ains.service.MetricsSettings;
import io.ains.service.ServiceSettings;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Asks the broker at intervals, on a thread of its own, and shows Prometheus what it said last. What one round costs does
 * not grow with the fleet: of the living agents, some are looked at.
 */
@Component
final class BrokerWatch implements SmartLifecycle, MultiCollector {
    private static final Logger log = LoggerFactory.getLogger(BrokerWatch.class);

    /** Replicas, disks and agents' groups change slowly, or cost more. */
    private static final int SLOW_ROUNDS = 6;

    private static final int MAX_AGENTS = 1_000;
    private static final String LIVING =
            "SELECT agent_id FROM agent WHERE status = 'AVAILABLE' AND delivery <> 'POLL' ORDER BY agent_id LIMIT "
                    + MAX_AGENTS;

    private final Admin admin;
    private final Topics topics;
    private final Database database;
    private final MetricsSettings metrics;
    private final ServiceSettings settings;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable GroupLags lags;
    private volatile @Nullable Thread thread;
    private volatile Picture shown = Picture.NONE;

    /** What the broker said last; nothing of it if it does not answer. */
    private record Picture(
            boolean reachable,
            Map<GroupLags.Key, Lag> services,
            Map<GroupLags.Key, Lag> agents,
            @Nullable BrokerHealth health) {
        static final Picture NONE = new Picture(false, Map.of(), Map.of(), null);
    }

    BrokerWatch(
            Admin admin,
            Topics topics,
            Database database,
            MetricsSettings metrics,
            ServiceSettings settings,
            PrometheusRegistry registry) {
        this.admin = admin;
        this.topics = topics;
        this.database = database;
        this.metrics = metrics;
        this.settings = settings;
        registry.register(this);
    }

    @Override
    public void start() {
        GroupLags looking = new GroupLags(admin, settings, topics, metrics, InstantSource.system());
        lags = looking;
        Thread starting = new Thread(() -> run(looking), "broker-watch");
        starting.setDaemon(true);
        thread = starting;
        starting.start();
    }

    private void run(GroupLags looking) {
        try {
            for (int round = 0; ; round++) {
                shown = look(looking, round % SLOW_ROUNDS == 0);
                if (stopping.await(metrics.brokerInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("told to stop");
        }
    }

    private Picture look(GroupLags looking, boolean all) throws InterruptedException {
        Picture before = shown;
        try {
            Map<GroupLags.Key, Lag> services = looking.services();
            return all || !before.reachable
                    ? new Picture(true, services, looking.agents(livingAgents()), BrokerHealth.of(admin, topics))
                    : new Picture(true, services, before.agents, before.health);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (before.reachable && stopping.getCount() > 0) {
                log.warn("the broker does not say how far its consumers are: {}", String.valueOf(e.getMessage()));
            }
            return Picture.NONE;
        }
    }

    private List<String> livingAgents() {
        return database.queries()
                .sql(LIVING)
                .query((row, number) -> row.getString(1))
                .list();
    }

    @Override
    public void stop() {
        stopping.countDown();
        Thread ending = thread;
        if (ending != null) {
            ending.interrupt();
            try {
                ending.join();
                // Not by the thread itself: Kafka's client does not end in peace on one that is interrupted.
                Objects.requireNonNull(lags).close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public MetricSnapshots collect() {
        Picture now = shown;
        List<MetricSnapshot> snapshots = new ArrayList<>();
        snapshots.add(gauge(
                "ains_broker_reachable", "1 if the broker answered when it was last asked", now.reachable ? 1 : 0));
        var records = GaugeSnapshot.builder()
                .name("ains_consumer_lag_records")
                .help("Records of a topic that a consumer group has not committed, also while nobody is in the group;"
                        + " the groups of up to 1000 living agents are added up under one name");
        var seconds = GaugeSnapshot.builder()
                .name("ains_consumer_lag_seconds")
                .help("Age of the oldest record of a topic that a consumer group has not committed");
        Map<GroupLags.Key, Lag> known = new TreeMap<>(now.services);
        known.putAll(now.agents);
        known.forEach((key, lag) -> {
            Labels labels = Labels.of("group", key.group(), "topic", key.topic());
            records.dataPoint(point(labels, lag.records()));
            seconds.dataPoint(point(labels, lag.seconds()));
        });
        snapshots.add(records.build());
        snapshots.add(seconds.build());
        BrokerHealth health = now.health;
        if (health != null) {
            add(snapshots, health);
        }
        return new MetricSnapshots(snapshots);
    }

    private static void add(List<MetricSnapshot> snapshots, BrokerHealth health) {
        snapshots.add(gauge("ains_broker_nodes", "Brokers of the cluster", health.brokers()));
        snapshots.add(gauge(
                "ains_broker_partitions_under_replicated",
                "Partitions of AINS with a replica that is not in sync",
                health.underReplicated()));
        snapshots.add(gauge("ains_broker_partitions_offline", "Partitions of AINS without a leader", health.offline()));
        snapshots.add(CounterSnapshot.builder()
                .name("ains_unreadable_records")
                .help(
                        "End of the topic of records that could not be read: their count, and one for each transaction that"
                                + " wrote some")
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(health.unreadable())
                        .build())
                .build());
        var usable = GaugeSnapshot.builder()
                .name("ains_broker_disk_usable_bytes")
                .help("Room left for a broker's logs, in the directory with the least share of it");
        var total = GaugeSnapshot.builder()
                .name("ains_broker_disk_total_bytes")
                .help("Size of the disk of a broker's logs, of the directory with the least share of room left");
        health.disks().forEach((broker, disk) -> {
            Labels labels = Labels.of("broker", broker.toString());
            usable.dataPoint(point(labels, disk.usable()));
            total.dataPoint(point(labels, disk.total()));
        });
        snapshots.add(usable.build());
        snapshots.add(total.build());
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(Labels.EMPTY, value))
                .build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
