package io.ains.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.protocol.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** How a record that could not be read goes to the dead letters: its bytes as they were, its origin in the headers. */
public final class DeadLetters {
    public static final String TOPIC_HEADER = "ains.origin.topic";
    public static final String PARTITION_HEADER = "ains.origin.partition";
    public static final String OFFSET_HEADER = "ains.origin.offset";
    public static final String SERVICE_HEADER = "ains.service";
    public static final String REASON_HEADER = "ains.reason";
    /** The value's length in bytes; there only if it was too long to be kept whole. */
    public static final String FULL_LENGTH_HEADER = "ains.origin.length";

    private static final int MAX_REASON_LENGTH = 2_000;

    private DeadLetters() {}

    /**
     * The dead letter of a record.
     *
     * @param deadLetterTopic where it goes
     * @param service who could not read it
     * @param topic where it was found
     * @param partition of that topic
     * @param offset in that partition
     * @param key as it was found
     * @param value as it was found
     * @param failure why it could not be read
     * @return what to send
     */
    public static ProducerRecord<byte[], byte[]> of(
            String deadLetterTopic,
            String service,
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Throwable failure) {
        List<Header> headers = new ArrayList<>(List.of(
                header(TOPIC_HEADER, topic),
                header(PARTITION_HEADER, Integer.toString(partition)),
                header(OFFSET_HEADER, Long.toString(offset)),
                header(SERVICE_HEADER, service),
                header(REASON_HEADER, reason(failure))));
        byte[] kept = value;
        if (value != null && value.length > Topics.MAX_INPUT_BYTES) {
            kept = Arrays.copyOf(value, Topics.MAX_INPUT_BYTES);
            headers.add(header(FULL_LENGTH_HEADER, Integer.toString(value.length)));
        }
        return new ProducerRecord<>(deadLetterTopic, null, key, kept, headers);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return text.length() <= MAX_REASON_LENGTH ? text : text.substring(0, MAX_REASON_LENGTH);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
