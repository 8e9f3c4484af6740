package io.ains.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.kafka.clients.producer.internals.Sender;
import org.apache.kafka.common.utils.LogContext;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RoutineRetriesTest {
    private static final String RETRY = "Got error produce response on topic-partition {}, retrying. Error: {}";

    @Test
    void shouldLeaveOutOnlyTheWaitForTheTransactionBefore() {
        ch.qos.logback.classic.Logger root =
                (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        root.addAppender(written);
        RoutineRetries.install();
        RoutineRetries.install();
        Logger kafkas = new LogContext("[Producer] ").logger(Sender.class);

        kafkas.warn(RETRY, "t-0", "CONCURRENT_TRANSACTIONS");
        kafkas.warn(RETRY, "t-1", "NOT_ENOUGH_REPLICAS. Error Message: CONCURRENT_TRANSACTIONS");
        kafkas.warn("{} is not retried", "t-2");
        root.detachAppender(written);

        assertThat(written.list)
                .filteredOn(event -> event.getLoggerName().equals(Sender.class.getName()))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "[Producer] Got error produce response on topic-partition t-1, retrying. Error:"
                                + " NOT_ENOUGH_REPLICAS. Error Message: CONCURRENT_TRANSACTIONS",
                        "[Producer] t-2 is not retried");
        assertThat(written.getCopyOfAttachedFiltersList()).hasSize(1);
    }
}
