package io.ains.agent;

import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
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
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Topics topics;
    private final String agentId;
    private final KafkaProducer<String, byte[]> producer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final JsonSerde<RegistrationEvent> registrations = JsonSerde.of(RegistrationEvent.class);
    private final JsonSerde<HeartbeatEvent> heartbeats = JsonSerde.of(HeartbeatEvent.class);
    private final JsonSerde<TaskResult> results = JsonSerde.of(TaskResult.class);

    Outbox(Topics topics, String agentId, Map<String, Object> settings) {
        this.topics = topics;
        this.agentId = agentId;
        producer = new KafkaProducer<>(settings);
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
     * @return false if it is certain already that it was not sent
     */
    boolean post(String shard, TaskResult.Report report) {
        try {
            Future<RecordMetadata> sent = producer.send(record(shard, report), (metadata, error) -> {
                if (error != null) {
                    failed(report, error);
                }
            });
            if (sent.isDone()) {
                sent.get();
            }
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (KafkaException | IllegalStateException | InterruptedException e) {
            // closed meanwhile, or the handler's thread was interrupted, which Kafka leaves it to be
            failed(report, e);
            return false;
        }
    }

    /**
     * Sends the end of an attempt, through an outage of any length.
     *
     * @param wanted asked before each try
     * @throws InterruptedException when the agent closes without it
     */
    Delivery deliver(String shard, TaskResult.Report report, BooleanSupplier wanted) throws InterruptedException {
        ProducerRecord<String, byte[]> record = record(shard, report);
        while (wanted.getAsBoolean()) {
            try {
                producer.send(record).get();
                return Delivery.DELIVERED;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException) {
                    return Delivery.TOO_LARGE;
                }
                failed(report, e);
                if (!(e.getCause() instanceof RetriableException)) {
                    return Delivery.DROPPED;
                }
            }
            if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Delivery.DROPPED;
            }
        }
        return Delivery.DROPPED;
    }

    private ProducerRecord<String, byte[]> record(String shard, TaskResult.Report report) {
        return new ProducerRecord<>(topics.taskResults(), shard, results.serialize(null, report));
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
