package io.ains.registry.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import io.ains.protocol.TraceParent;
import io.ains.registry.RegistrySettings;
import io.ains.registry.http.Problems;
import io.ains.service.ServiceSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Puts commands on their topics. Each method returns when the record is on its way; what it returns is completed on the
 * executor once all replicas have it, or with a 503 or 413 problem. Safe for many threads.
 */
@Component
final class CommandProducer implements AutoCloseable {
    /** How long a request's thread may be held when Kafka is away and the producer does not know the topic yet. */
    private static final int MAX_BLOCK_MS = 1_000;

    private final JsonSerde<RegistrationEvent> registrations = JsonSerde.of(RegistrationEvent.class);
    private final JsonSerde<HeartbeatEvent> heartbeats = JsonSerde.of(HeartbeatEvent.class);
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private final JsonSerde<TaskResult> results = JsonSerde.of(TaskResult.class);
    private final Topics topics;
    private final Producer<byte[], byte[]> producer;
    private final KafkaClientMetrics metrics;
    private final Executor executor;
    private final CurrentTrace trace;

    CommandProducer(
            ServiceSettings settings,
            RegistrySettings registry,
            Topics topics,
            @Qualifier("answers") Executor executor,
            CurrentTrace trace,
            MeterRegistry meters) {
        this.topics = topics;
        this.executor = executor;
        this.trace = trace;
        int timeoutMs = Math.toIntExact(registry.answerTimeout().toMillis());
        Map<String, Object> config = settings.clientConfig();
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        // No command is sent after its sender was told 503, beyond what is in flight.
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeoutMs / 2));
        this.producer = new KafkaProducer<>(config);
        this.metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(meters);
    }

    CompletableFuture<RecordMetadata> send(RegistrationEvent event) {
        return send(topics.agentRegistrations(), event.agentId(), registrations.serialize(null, event));
    }

    CompletableFuture<RecordMetadata> send(HeartbeatEvent.Heartbeat heartbeat) {
        return send(topics.agentHeartbeats(), heartbeat.agentId(), heartbeats.serialize(null, heartbeat));
    }

    CompletableFuture<RecordMetadata> send(TaskCommand command) {
        return send(topics.taskCommands(), command.capability(), commands.serialize(null, command), trace.ofRequest());
    }

    /** @param shard the task's capability */
    CompletableFuture<RecordMetadata> send(String shard, TaskResult.Report report) {
        return send(topics.taskResults(), shard, results.serialize(null, report));
    }

    private CompletableFuture<RecordMetadata> send(String topic, String key, byte[] value) {
        return send(topic, key, value, null);
    }

    private CompletableFuture<RecordMetadata> send(
            String topic, String key, byte[] value, @Nullable String traceparent) {
        if (value.length > Json.MAX_BODY_BYTES) {
            // Written out anew, a body can be longer than it came: 1e9 becomes 1000000000.0.
            return CompletableFuture.failedFuture(Problems.tooLarge());
        }
        CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
        TraceParent.add(traceparent, record.headers());
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    sent.complete(metadata);
                } else {
                    sent.completeExceptionally(problem(failure));
                }
            });
        } catch (KafkaException e) {
            sent.completeExceptionally(problem(e));
        }
        return sent.thenApplyAsync(metadata -> metadata, executor);
    }

    private static RuntimeException problem(Exception failure) {
        return failure instanceof RecordTooLargeException
                ? Problems.tooLarge()
                : Problems.unavailable("Kafka did not take the command: " + failure.getMessage());
    }

    @Override
    public void close() {
        producer.close();
        metrics.close();
    }
}
