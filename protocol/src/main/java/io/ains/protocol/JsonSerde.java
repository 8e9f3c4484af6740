package io.ains.protocol;

import java.util.stream.Collectors;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * One type of record as JSON bytes and back. A null is no bytes: a tombstone. Safe for use by many threads.
 *
 * @param <T> a record or a sealed union of records of this package
 */
public final class JsonSerde<T> implements Serde<T>, Serializer<T>, Deserializer<T> {
    private static final int MAX_REASON_LENGTH = 500;

    private final String typeName;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final int maxBytes;

    private JsonSerde(Class<T> type, int maxBytes) {
        this.maxBytes = maxBytes;
        this.typeName = type.getSimpleName();
        this.reader = Json.MAPPER.readerFor(type);
        this.writer = Json.MAPPER.writerFor(type);
    }

    /**
     * The serde of a type.
     *
     * @param type a record or sealed union of this package
     * @return a serde that needs no configuration
     */
    public static <T> JsonSerde<T> of(Class<T> type) {
        return new JsonSerde<>(type, Integer.MAX_VALUE);
    }

    /**
     * The serde of what agents and clients send. The broker's limit holds for what is compressed, this one for what
     * comes out.
     *
     * @param type a record or sealed union of this package
     * @return a serde that refuses to read more than {@link Topics#MAX_INPUT_BYTES}
     */
    public static <T> JsonSerde<T> ofInput(Class<T> type) {
        return new JsonSerde<>(type, Topics.MAX_INPUT_BYTES);
    }

    /**
     * Writes a value.
     *
     * @return UTF-8 JSON, or null for null
     * @throws SerializationException if the value cannot be written
     */
    @Override
    @SuppressWarnings("NullAway") // Kafka's interface says nothing of nulls; a tombstone is one
    public byte[] serialize(@Nullable String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        try {
            return writer.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new SerializationException("cannot write " + typeName + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a value.
     *
     * @return the value, or null for null
     * @throws SerializationException if the bytes are not JSON, or not of this type; the message says where and what is
     *     wrong, in at most about 600 characters, and may quote the value that was wrong
     */
    @Override
    @SuppressWarnings("NullAway")
    public T deserialize(@Nullable String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length > maxBytes) {
            throw new SerializationException(
                    "expected " + typeName + " of at most " + maxBytes + " bytes, but got " + bytes.length);
        }
        T value;
        try {
            value = reader.readValue(bytes);
        } catch (JacksonException e) {
            throw new SerializationException("expected " + typeName + ", but " + reason(e), e);
        }
        if (value == null) {
            throw new SerializationException("expected " + typeName + ", but got the JSON literal null");
        }
        return value;
    }

    /** Where and what; short, because it becomes a header of the dead letter, and Jackson quotes what it was given. */
    private static String reason(JacksonException e) {
        String where = e.getPath().stream()
                .map(step -> "/" + (step.getPropertyName() != null ? step.getPropertyName() : step.getIndex()))
                .collect(Collectors.joining());
        String what = e.getCause() instanceof NullPointerException missing
                ? "a required field is missing: " + missing.getMessage()
                : e.getOriginalMessage();
        String reason = where.isEmpty() ? what : "at " + where + ": " + what;
        return reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH - 1) + "…";
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(java.util.Map<String, ?> configs, boolean isKey) {
        // nothing to configure; three inherited defaults collide here
    }

    @Override
    public void close() {
        // nothing to close
    }
}
