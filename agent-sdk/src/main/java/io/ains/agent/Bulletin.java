package io.ains.agent;

import io.ains.protocol.TaskDelivery.TaskAssignment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a handler says on the way: one report a second at most, with the latest percentage and the lines since the report
 * before. During an outage one report waits for the broker, not a queue of them. Thread-safe.
 */
final class Bulletin {
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

    private final TaskAssignment assignment;
    private final Outbox outbox;
    private final StringBuilder lines = new StringBuilder();
    private @Nullable Double percent;
    private @Nullable String message;
    private Deadline next = Deadline.in(Duration.ZERO);
    private Future<?> sent = CompletableFuture.completedFuture(null);

    Bulletin(TaskAssignment assignment, Outbox outbox) {
        this.assignment = assignment;
        this.outbox = outbox;
    }

    synchronized void progress(double newPercent, @Nullable String newMessage) {
        percent = newPercent;
        message = newMessage;
        sendIfDue();
    }

    synchronized void log(String line) {
        lines.append(line).append('\n');
        if (lines.length() > Reports.MAX_TEXT) {
            lines.delete(0, lines.length() - Reports.MAX_TEXT);
        }
        sendIfDue();
    }

    /** Sends what was held back, once its time has come. */
    synchronized void sendIfDue() {
        if (next.passed() && sent.isDone()) {
            send();
        }
    }

    /** Sends the lines that were held back, before the end is reported; how far it had come is of no interest then. */
    synchronized void sendLastLines() {
        percent = null;
        message = null;
        send();
    }

    private void send() {
        if (percent == null && message == null && lines.length() == 0) {
            return;
        }
        String text = (lines + (message == null ? "" : message)).strip();
        int tooLong = Math.max(0, text.length() - Reports.MAX_TEXT);
        sent = outbox.post(
                assignment.shard(),
                Reports.progress(assignment, percent, text.isEmpty() ? null : text.substring(tooLong)));
        next = Deadline.in(BETWEEN_REPORTS);
        lines.setLength(0);
        percent = null;
        message = null;
    }
}
