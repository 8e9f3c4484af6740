package io.ains.agent;

import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import io.ains.protocol.TraceParent;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that one agent writes, by one idempotent producer, so that records of one key keep their order. Thread-safe. */
final class Outbox {
    /** What became of a result. */
    enum Delivery {
        /** The brokers have it. */
        DELIVERED,
        /** It was no longer wanted. */
        DROPPED,
        /** The broker takes no records of that size. */
        TOO_LARGE
    }

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final int KIB = 1024;
    private static final int MAX_TRACES = 10_000;

    private final Topics topics;
    private final String agentId;
    private final KafkaProducer<String, byte[]> producer;

    /** What outcomes may take of the producer's buffer: half of it, so that a heartbeat always finds room. */
    private final Semaphore room;

    private final int resultKib;
    /** The traces that tasks belong to, by task id; the newest. */
    private final Map<String, String> traces = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_TRACES;
        }
    });

    private final CountDownLatch closing = new CountDownLatch(1);
    private final JsonSerde<RegistrationEvent> registrations = JsonSerde.of(RegistrationEvent.class);
    private final JsonSerde<HeartbeatEvent> heartbeats = JsonSerde.of(HeartbeatEvent.class);
    private final JsonSerde<TaskResult> results = JsonSerde.of(TaskResult.class);

    Outbox(Topics topics, String agentId, Map<String, Object> settings) {
        this.topics = topics;
        this.agentId = agentId;
        producer = new KafkaProducer<>(settings);
        long buffer = new ProducerConfig(settings).getLong(ProducerConfig.BUFFER_MEMORY_CONFIG);
        resultKib = (int) Math.max(1, Math.min(Integer.MAX_VALUE, buffer / 2 / KIB));
        room = new Semaphore(resultKib, true);
    }

    Future<RecordMetadata> register(RegistrationEvent registration) {
        return producer.send(new ProducerRecord<>(
                topics.agentRegistrations(), agentId, registrations.serialize(null, registration)));
    }

    Future<RecordMetadata> heartbeat(HeartbeatEvent heartbeat) {
        return producer.send(
                new ProducerRecord<>(topics.agentHeartbeats(), agentId, heartbeats.serialize(null, heartbeat)));
    }

    /**
     * Sends what the control plane can do without: should it be lost, a lease runs out.
     *
     * @return completes when it is certain what became of it, exceptionally if it was not sent
     */
    Future<RecordMetadata> post(String shard, TaskResult.Report report) {
        try {
            return producer.send(record(shard, report), (metadata, error) -> {
                if (error != null) {
                    failed(report, error);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            // closed meanwhile, or the handler's thread was interrupted, which Kafka leaves it to be
            failed(report, e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Sends the end of an attempt, through an outage of any length. The client gives a record up after a while; whether
     * it is tried again is decided here.
     *
     * @param wanted asked before each try
     * @throws InterruptedException when the agent closes without it
     */
    Delivery deliver(String shard, TaskResult.Report report, BooleanSupplier wanted) throws InterruptedException {
        ProducerRecord<String, byte[]> record = record(shard, report);
        int kib = Math.min(resultKib, 1 + record.value().length / KIB);
        Duration pause = FIRST_PAUSE;
        while (wanted.getAsBoolean()) {
            if (!room.tryAcquire(kib, LONGEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                continue;
            }
            try {
                producer.send(record).get();
                return Delivery.DELIVERED;
            } catch (InterruptException e) {
                throw interrupted();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException) {
                    return Delivery.TOO_LARGE;
                }
                // what cannot be tried again by Kafka's book, a missing right for example, somebody may be mending
                failed(report, e);
            } catch (KafkaException | IllegalStateException e) {
                failed(report, e);
            } finally {
                room.release(kib);
            }
            if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return Delivery.DROPPED;
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        return Delivery.DROPPED;
    }

    /** What outcomes may still take of the producer's buffer, in KiB. */
    int freeResultKib() {
        return room.availablePermits();
    }

    /** Kafka's own exception leaves the thread's flag up, Java's does not. */
    private static InterruptedException interrupted() {
        boolean flag = Thread.interrupted();
        return new InterruptedException("interrupted while sending; the flag was " + flag);
    }

    /** From now on, what is said of the task bears the trace that it belongs to. */
    void follow(String taskId, @Nullable String traceparent) {
        if (traceparent == null) {
            traces.remove(taskId);
        } else {
            traces.put(taskId, traceparent);
        }
    }

    @Nullable
    String traceOf(String taskId) {
        return traces.get(taskId);
    }

    private ProducerRecord<String, byte[]> record(String shard, TaskResult.Report report) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topics.taskResults(), shard, results.serialize(null, report));
        TraceParent.add(traceOf(report.taskId()), record.headers());
        return record;
    }

    private void failed(TaskResult.Report report, Exception error) {
        log.atWarn()
                .addKeyValue("agent_id", agentId)
                .addKeyValue("task_id", report.taskId())
                .addKeyValue("attempt", report.attempt())
                .addKeyValue("report", report.getClass().getSimpleName())
                .setCause(error)
                .log("The broker did not take a report");
    }

    /** Sends what is under way, for as long as given, and ends the producer's thread. */
    void close(Duration timeout) {
        closing.countDown();
        producer.close(timeout);
    }
}
