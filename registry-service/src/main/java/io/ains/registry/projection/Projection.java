package io.ains.registry.projection;

import io.ains.protocol.Topics;
import io.ains.registry.RegistrySettings;
import io.ains.service.ServiceSettings;
import io.ains.service.TopicProvisioner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Follows the topics on one thread and keeps the tables equal to them. It takes its positions from the tables, so a
 * batch counts once however often it is read. Any failure ends the session, and the next one begins where the tables
 * are.
 */
@Component
final class Projection implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Projection.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final long MIN_BACKOFF_MS = 200;
    private static final long MAX_BACKOFF_MS = 5_000;

    private final ServiceSettings settings;
    private final Admin admin;
    private final TopicProvisioner provisioner;
    private final Writer writer;
    private final RecordReader reader;
    private final ProjectionStore store;
    private final BatchApplier applier;
    private final Positions positions;
    private final ProjectionStatus status;
    private final Retention retention;
    private final MeterRegistry meters;
    private final Counter sessions;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    Projection(
            ServiceSettings settings,
            RegistrySettings registry,
            Topics topics,
            Admin admin,
            TopicProvisioner provisioner,
            Database database,
            Positions positions,
            ProjectionStatus status,
            List<ProjectionListener> listeners,
            MeterRegistry meters) {
        this.settings = settings;
        this.admin = admin;
        this.provisioner = provisioner;
        this.positions = positions;
        this.status = status;
        this.writer = database.writer();
        this.store = new ProjectionStore(writer);
        this.reader = new RecordReader(topics, store, listeners);
        this.applier = new BatchApplier(settings, topics, reader, store, meters);
        this.retention = new Retention(store, registry.retention(), registry.historyRetention(), SWEEP_INTERVAL);
        this.meters = meters;
        this.sessions = Counter.builder("ains.registry.projection.sessions")
                .description("How often the projection began to follow the topics; each one but the first is a failure")
                .register(meters);
    }

    @Override
    public void start() {
        Thread starting = new Thread(this::run, "projection");
        starting.setDaemon(true);
        thread = starting;
        starting.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        Consumer<byte[], byte[]> polling = consumer;
        if (polling != null) {
            polling.wakeup();
        }
        Thread ending = thread;
        if (ending != null) {
            try {
                ending.join(STOP_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
        applier.close();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Below the web server's: it begins before the first request and ends after the last, whose answer it brings. */
    @Override
    public int getPhase() {
        return 0;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void run() {
        try (writer) {
            followUntilStopped();
        }
    }

    private void followUntilStopped() {
        long backoff = MIN_BACKOFF_MS;
        while (!isStopping()) {
            long began = System.nanoTime();
            try {
                follow();
            } catch (InterruptedException e) {
                return; // nobody but a stopping JVM interrupts this thread
            } catch (RuntimeException e) {
                if (isStopping()) {
                    return;
                }
                if (e instanceof ProjectionStore.MovedBackException) {
                    status.incomplete();
                }
                status.interrupted("the projection failed and is retried: " + e.getMessage());
                log.warn("the projection failed and is retried in {} ms", backoff, e);
            }
            backoff = System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(MAX_BACKOFF_MS)
                    ? MIN_BACKOFF_MS
                    : Math.min(2 * backoff, MAX_BACKOFF_MS);
            try {
                if (stopping.await(backoff, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One session: until the service stops, or something fails. */
    private void follow() throws InterruptedException {
        provisioner.ensureFixedTopics();
        sessions.increment();
        try (Consumer<byte[], byte[]> polling = new KafkaConsumer<>(consumerConfig());
                KafkaClientMetrics clientMetrics = new KafkaClientMetrics(polling)) {
            clientMetrics.bindTo(meters);
            consumer = polling;
            Map<String, Uuid> topicIds = new HashMap<>();
            Map<TopicPartition, Long> brought = new HashMap<>();
            Map<TopicPartition, Long> unread = assign(polling, topicIds, brought);
            long nextCheck = System.nanoTime();
            while (!isStopping()) {
                ConsumerRecords<byte[], byte[]> records = polling.poll(POLL);
                if (!records.isEmpty()) {
                    applier.apply(records, brought, topicIds);
                }
                advance(polling, unread);
                if (System.nanoTime() - nextCheck >= 0) {
                    check(polling, brought, topicIds, unread.isEmpty());
                    retention.sweepIfDue();
                    nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
                }
            }
        } finally {
            consumer = null;
        }
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = settings.clientConfig();
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, RegistrySettings.groupId(settings.topicPrefix()));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
        return config;
    }

    /** @return how far each partition must be read before the tables can be believed */
    private Map<TopicPartition, Long> assign(
            Consumer<byte[], byte[]> polling, Map<String, Uuid> topicIds, Map<TopicPartition, Long> brought)
            throws InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : describeTopics().values()) {
            topicIds.put(topic.name(), topic.topicId());
            topic.partitions().forEach(each -> partitions.add(new TopicPartition(topic.name(), each.partition())));
        }
        polling.assign(partitions);
        Map<TopicPartition, Long> unread = new HashMap<>();
        ProjectionStore.Resume resume = store.resume(() -> {
            Map<TopicPartition, Long> begin = polling.beginningOffsets(partitions);
            unread.putAll(polling.endOffsets(partitions));
            Map<TopicPartition, ProjectionStore.Extent> extents = new HashMap<>();
            for (TopicPartition partition : partitions) {
                String topicId = String.valueOf(topicIds.get(partition.topic()));
                extents.put(
                        partition,
                        new ProjectionStore.Extent(
                                topicId, begin.getOrDefault(partition, 0L), unread.getOrDefault(partition, 0L)));
            }
            return extents;
        });
        if (!resume.anew().isEmpty()) {
            log.info("the projection is made from the topics: {}", resume.anew());
            status.incomplete();
        }
        resume.offsets().forEach(polling::seek);
        brought.putAll(resume.offsets());
        return unread;
    }

    private Map<String, TopicDescription> describeTopics() throws InterruptedException {
        try {
            return admin.describeTopics(reader.topics()).allTopicNames().get();
        } catch (ExecutionException e) {
            throw new KafkaException("the topics could not be described", e.getCause());
        }
    }

    private void advance(Consumer<byte[], byte[]> polling, Map<TopicPartition, Long> unread) {
        Map<TopicPartition, Long> now = new HashMap<>();
        polling.assignment().forEach(partition -> now.put(partition, polling.position(partition)));
        positions.advance(now);
        if (!unread.isEmpty()) {
            unread.entrySet().removeIf(each -> now.getOrDefault(each.getKey(), 0L) >= each.getValue());
            if (unread.isEmpty()) {
                status.following(true, 0);
            }
        }
    }

    /** Asks Kafka how far the topics are: tells that it is there, how far behind the tables are, and on which log. */
    private void check(
            Consumer<byte[], byte[]> polling,
            Map<TopicPartition, Long> brought,
            Map<String, Uuid> topicIds,
            boolean caughtUp) {
        long lag = 0;
        Map<TopicPartition, Long> positions = new HashMap<>();
        try {
            for (var end :
                    polling.endOffsets(polling.assignment(), CHECK_TIMEOUT).entrySet()) {
                long position = polling.position(end.getKey());
                if (position > end.getValue()) {
                    throw new LogReplacedException("the tables are at offset " + position + " of " + end.getKey()
                            + ", which ends at " + end.getValue());
                }
                lag += end.getValue() - position;
                positions.put(end.getKey(), position);
            }
        } catch (TimeoutException e) {
            status.interrupted("Kafka does not answer");
            return;
        }
        // Also positions that moved past what are no records, such as the ends of transactions, so that they do not
        // fall
        // before the beginning of a log that rests until it is empty.
        if (!positions.equals(brought)) {
            store.apply(List.of(), brought, positions, topicIds);
            brought.putAll(positions);
        }
        status.following(caughtUp, lag);
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        positions.forEach((partition, position) -> commits.put(partition, new OffsetAndMetadata(position)));
        // For lag tools alone: nothing is ever read from these.
        polling.commitAsync(commits, (offsets, failure) -> {
            if (failure != null) {
                log.debug("the group's offsets could not be committed", failure);
            }
        });
    }

    /** The log is not the one that the tables were made from. */
    private static final class LogReplacedException extends RuntimeException {
        LogReplacedException(String message) {
            super(message);
        }
    }
}
