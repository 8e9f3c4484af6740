package io.ains.service;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a Streams application cannot read, or chokes on, to the dead letters, in the same transaction that moves
 * past it. Made by Kafka Streams, so it takes its settings from the Streams configuration.
 */
public final class DeadLetterHandler implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    static final String TOPIC_CONFIG = "ains.dead.letters.topic";
    static final String SERVICE_CONFIG = "ains.service";

    private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);

    private String topic = "";
    private String service = "";

    @Override
    public void configure(Map<String, ?> configs) {
        topic = String.valueOf(configs.get(TOPIC_CONFIG));
        service = String.valueOf(configs.get(SERVICE_CONFIG));
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> found, Exception failure) {
        log.atWarn()
                .addKeyValue("topic", found.topic())
                .addKeyValue("partition", found.partition())
                .addKeyValue("offset", found.offset())
                .log("unreadable record goes to the dead letters: {}", failure.getMessage());
        return DeserializationExceptionHandler.Response.resume(List.of(DeadLetters.of(
                topic,
                service,
                found.topic(),
                found.partition(),
                found.offset(),
                found.key(),
                found.value(),
                failure)));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        // Such as a punctuation. A record can lack its key and its value, but never its topic.
        boolean outsideOfARecord = context.topic() == null;
        boolean kafkasOwn = failure instanceof KafkaException && !(failure instanceof SerializationException);
        if (outsideOfARecord || kafkasOwn) {
            // Not the record's fault, and the state may be half changed. The thread is replaced, and its tasks start
            // again from the last commit.
            log.error("failed in {}", context.processorNodeId(), failure);
            return ProcessingExceptionHandler.Response.fail();
        }
        log.atError()
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .setCause(failure)
                .log("record that cannot be processed goes to the dead letters");
        ProducerRecord<byte[], byte[]> letter = DeadLetters.of(
                topic,
                service,
                context.topic(),
                context.partition(),
                context.offset(),
                context.sourceRawKey(),
                context.sourceRawValue(),
                failure);
        return ProcessingExceptionHandler.Response.resume(List.of(letter));
    }
}
