package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.Fleet;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads heartbeats, and takes one whose metrics are too large to hold for what it is: unreadable. Safe for many
 * threads.
 */
public final class HeartbeatDeserializer implements Deserializer<HeartbeatEvent> {
    private final JsonSerde<HeartbeatEvent> serde = JsonSerde.ofInput(HeartbeatEvent.class);

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface says nothing of nulls; a tombstone is one
    public HeartbeatEvent deserialize(@Nullable String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        HeartbeatEvent usual = HeartbeatReader.read(bytes);
        return usual != null ? usual : readWhole(topic, bytes);
    }

    private HeartbeatEvent readWhole(@Nullable String topic, byte[] bytes) {
        HeartbeatEvent event = serde.deserialize(topic, bytes);
        // Only a record that is larger as a whole can hold too much: the usual one is not measured.
        if (bytes.length > Fleet.MAX_METRICS_BYTES
                && event instanceof HeartbeatEvent.Heartbeat heartbeat
                && heartbeat.metrics() != null) {
            int size = Json.MAPPER.writeValueAsBytes(heartbeat.metrics()).length;
            if (size > Fleet.MAX_METRICS_BYTES) {
                throw new SerializationException(
                        "expected metrics of at most " + Fleet.MAX_METRICS_BYTES + " bytes, but got " + size);
            }
        }
        return event;
    }
}
