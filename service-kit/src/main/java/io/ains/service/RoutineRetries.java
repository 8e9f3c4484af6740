package io.ains.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Keeps a warning out of the log that says nothing: a transaction that begins while the brokers still mark the end of the
 * one before is told to try again, on a cluster several times a second. Where that lasts, the time of a commit shows it
 * ({@code kafka_stream_thread_commit_latency_avg}).
 */
final class RoutineRetries extends TurboFilter {
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

    /** To be called when logging is set up; more often does no harm. */
    static void install() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getTurboFilterList().stream().noneMatch(RoutineRetries.class::isInstance)) {
            RoutineRetries filter = new RoutineRetries();
            filter.setContext(context);
            filter.start();
            context.addTurboFilter(filter);
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String message,
            @Nullable Object @Nullable [] params,
            @Nullable Throwable failure) {
        boolean routine = level == Level.WARN
                && logger.getName().equals(SENDER)
                && message != null
                && message.contains("Error: CONCURRENT_TRANSACTIONS");
        return routine ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
