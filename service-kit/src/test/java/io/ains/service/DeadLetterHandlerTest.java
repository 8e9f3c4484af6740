package io.ains.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterHandlerTest {
    private final DeadLetterHandler handler = new DeadLetterHandler();

    DeadLetterHandlerTest() {
        handler.configure(Map.of(DeadLetterHandler.TOPIC_CONFIG, "letters", DeadLetterHandler.SERVICE_CONFIG, "tests"));
    }

    private ProcessingExceptionHandler.Response handle(
            byte @Nullable [] key, byte @Nullable [] value, Exception failure) {
        return ((ProcessingExceptionHandler) handler)
                .handleError(new Context("input", key, value), new Record<>("k", "v", 0), failure);
    }

    @Test
    void shouldSetARecordAsideThatCannotBeProcessed() {
        var response = handle("k".getBytes(UTF_8), "v".getBytes(UTF_8), new IllegalArgumentException("expected more"));

        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
        assertThat(response.deadLetterQueueRecords()).singleElement().satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo("letters");
            assertThat(letter.value()).asString(UTF_8).isEqualTo("v");
            assertThat(header(letter, DeadLetters.TOPIC_HEADER)).isEqualTo("input");
            assertThat(header(letter, DeadLetters.PARTITION_HEADER)).isEqualTo("3");
            assertThat(header(letter, DeadLetters.OFFSET_HEADER)).isEqualTo("17");
            assertThat(header(letter, DeadLetters.REASON_HEADER)).isEqualTo("expected more");
        });
    }

    @Test
    void shouldSetARecordAsideThatLeadsToOneThatCannotBeWritten() {
        var response = handle(new byte[1], new byte[1], new SerializationException("too odd"));

        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    }

    @Test
    void shouldStartAgainFromTheLastCommitWhenKafkaItselfFails() {
        var response = handle(new byte[1], new byte[1], new ProcessorStateException("disk is full"));

        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
        assertThat(response.deadLetterQueueRecords()).isEmpty();
    }

    @Test
    void shouldSetARecordAsideThatHasNeitherKeyNorValue() {
        var response = handle(null, null, new IllegalArgumentException("expected more"));

        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
        assertThat(response.deadLetterQueueRecords()).singleElement().satisfies(letter -> {
            assertThat(letter.key()).isNull();
            assertThat(letter.value()).isNull();
            assertThat(header(letter, DeadLetters.OFFSET_HEADER)).isEqualTo("17");
        });
    }

    @Test
    void shouldStartAgainFromTheLastCommitWhenNoRecordIsAtFault() {
        var response = ((ProcessingExceptionHandler) handler)
                .handleError(new Context(null, null, null), new Record<>("k", "v", 0), new IllegalStateException());

        assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    }

    private static String header(ProducerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private record Context(@Nullable String topic, byte @Nullable [] sourceRawKey, byte @Nullable [] sourceRawValue)
            implements ErrorHandlerContext {
        @Override
        public int partition() {
            return 3;
        }

        @Override
        public long offset() {
            return 17;
        }

        @Override
        public Headers headers() {
            return new RecordHeaders();
        }

        @Override
        public String processorNodeId() {
            return "node";
        }

        @Override
        public TaskId taskId() {
            return new TaskId(0, 3);
        }

        @Override
        public long timestamp() {
            return 0;
        }
    }
}
