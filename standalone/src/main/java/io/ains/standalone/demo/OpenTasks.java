package io.ains.standalone.demo;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tasks that were submitted and of which no topic has told the end: what is left in it at last is lost. Safe for
 * many threads.
 */
final class OpenTasks {
    private final Map<String, Long> submittedAt = new ConcurrentHashMap<>();
    private final AtomicLong submitted = new AtomicLong();

    /** Has to come before the task is sent, because its end may be read before the sender goes on. */
    void submitted(String taskId, long now) {
        submittedAt.put(taskId, now);
        submitted.incrementAndGet();
    }

    /** The task was not accepted, so nobody owes it an end. */
    void refused(String taskId) {
        if (submittedAt.remove(taskId) != null) {
            submitted.decrementAndGet();
        }
    }

    void ended(String taskId) {
        submittedAt.remove(taskId);
    }

    /** Milliseconds since the epoch; empty if the task is not open. */
    OptionalLong submittedAt(String taskId) {
        Long at = submittedAt.get(taskId);
        return at == null ? OptionalLong.empty() : OptionalLong.of(at);
    }

    int count() {
        return submittedAt.size();
    }

    /** How many have been submitted and not refused, whether they have ended or not. */
    long total() {
        return submitted.get();
    }
}
