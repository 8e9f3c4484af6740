package io.ains.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes any bytes to any topic: the records that no well-behaved program would write. All methods return when the
 * broker has the record, and can be called from any thread.
 */
public final class TopicWriter implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;

    /** A writer to the shared {@link TestBroker}. */
    public TopicWriter() {
        this(TestBroker.bootstrapServers());
    }

    /** A writer to any broker. */
    public TopicWriter(String bootstrapServers) {
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 0),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Writes a text. */
    public RecordMetadata send(String topic, @Nullable String key, String value) {
        return send(topic, key, value.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /**
     * Writes bytes with headers.
     *
     * @param value null for a tombstone
     * @throws IllegalStateException when the broker refuses the record or does not answer within Kafka's own timeouts
     */
    public RecordMetadata send(
            String topic, @Nullable String key, byte @Nullable [] value, Map<String, String> headers) {
        return send(record(topic, key, value, headers));
    }

    /** Writes any record, for tests that choose the partition or the timestamp too. */
    public RecordMetadata send(ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no record was written to " + record.topic() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing to " + record.topic(), e);
        }
    }

    // Kafka's own types are not annotated: key and value of a record can be null.
    @SuppressWarnings("NullAway")
    private static ProducerRecord<String, byte[]> record(
            String topic, @Nullable String key, byte @Nullable [] value, Map<String, String> headers) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    @Override
    public void close() {
        producer.close();
    }
}
