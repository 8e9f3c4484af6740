package io.ains.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/**
 * Keeps a warning out of the log that says nothing: a transaction that begins while the brokers still mark the end of the
 * one before is told to try again, on a cluster several times a second. Where that lasts, the time of a commit shows it
 * ({@code kafka_stream_thread_commit_latency_avg}). It looks at what is written, and not, as a turbo filter would, at
 * each call of a logger, of which Kafka Streams makes a dozen a record.
 */
final class RoutineRetries extends Filter<ILoggingEvent> {
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

    /** To be called when logging is set up; more often does no harm. */
    static void install() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Iterator<Appender<ILoggingEvent>> appenders =
                    context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
            while (appenders.hasNext()) {
                install(appenders.next());
            }
        }
    }

    private static void install(Appender<ILoggingEvent> appender) {
        if (appender.getCopyOfAttachedFiltersList().stream().noneMatch(RoutineRetries.class::isInstance)) {
            RoutineRetries filter = new RoutineRetries();
            filter.start();
            appender.addFilter(filter);
        }
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean routine = event.getLevel() == Level.WARN
                && event.getLoggerName().equals(SENDER)
                && event.getFormattedMessage().contains("Error: CONCURRENT_TRANSACTIONS");
        return routine ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
