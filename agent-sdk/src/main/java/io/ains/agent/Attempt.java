package io.ains.agent;

import io.ains.protocol.TaskDelivery.TaskAssignment;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One attempt in this agent, from the assignment to the end of its handler. Of all who may end it, the handler that
 * returns and those who take the task away, exactly one wins. Thread-safe.
 */
final class Attempt {
    private enum Stage {
        /** No slot yet. */
        WAITING,
        /** In the handler. */
        RUNNING,
        /** The handler came to its end first. */
        ENDED,
        /** The task was taken away first: nothing more is said of it. */
        STOPPED
    }

    /**
     * The control plane ends an attempt at its timeout and says so. Only if no word has come so long after is that left
     * to this agent, so that the reason in the task's history is the right one.
     */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final TaskAssignment assignment;

    /** Handlers of the capability that were stopped and have not returned yet. */
    private final AtomicInteger leaving;

    private final Bulletin bulletin;

    private Stage stage = Stage.WAITING;
    private @Nullable Thread thread;
    private Duration timeout;
    private @Nullable Instant startedAt;
    private @Nullable Deadline overdue;
    private boolean outcomeWanted = true;

    Attempt(TaskAssignment assignment, AtomicInteger leaving, Bulletin bulletin) {
        this.assignment = assignment;
        this.timeout = Duration.ofSeconds(assignment.timeoutSeconds());
        this.leaving = leaving;
        this.bulletin = bulletin;
    }

    /** What its handler says on the way. */
    Bulletin bulletin() {
        return bulletin;
    }

    TaskAssignment assignment() {
        return assignment;
    }

    /**
     * The handler is about to run, on this thread.
     *
     * @return whether it may; not if the task was taken away meanwhile
     */
    synchronized boolean begin() {
        if (stage != Stage.WAITING) {
            return false;
        }
        stage = Stage.RUNNING;
        thread = Thread.currentThread();
        startedAt = Instant.now();
        overdue = Deadline.in(timeout.plus(GRACE));
        return true;
    }

    /** When it must be done, as things stand; counted from its start, or from now before that. */
    synchronized Instant deadline() {
        return (startedAt == null ? Instant.now() : startedAt).plus(timeout);
    }

    /** The control plane lets it run for another time, from its start on. */
    synchronized void timeout(Duration changed) {
        if (overdue != null) {
            overdue = Deadline.in(overdue.left().plus(changed.minus(timeout)));
        }
        timeout = changed;
    }

    /**
     * The handler has come to its end. No interrupt is sent from then on.
     *
     * @return whether its outcome counts
     */
    synchronized boolean end() {
        thread = null;
        if (stage == Stage.STOPPED) {
            leaving.decrementAndGet();
            return false;
        }
        stage = Stage.ENDED;
        return true;
    }

    /**
     * The control plane takes the task away: not even an outcome that is there, but not sent, counts any more.
     *
     * @return whether the attempt was not over yet
     */
    synchronized boolean revoke() {
        outcomeWanted = false;
        return stop();
    }

    /** Whether the control plane may still wait for the outcome. */
    synchronized boolean isOutcomeWanted() {
        return outcomeWanted;
    }

    /**
     * The task is taken away from its handler.
     *
     * @return whether the attempt was not over yet
     */
    synchronized boolean stop() {
        if (stage == Stage.ENDED || stage == Stage.STOPPED) {
            return false;
        }
        if (stage == Stage.RUNNING && thread != null) {
            leaving.incrementAndGet();
            thread.interrupt();
        }
        stage = Stage.STOPPED;
        return true;
    }

    synchronized boolean isRunning() {
        return stage == Stage.RUNNING;
    }

    synchronized boolean isStopped() {
        return stage == Stage.STOPPED;
    }

    synchronized boolean isOverdue() {
        return stage == Stage.RUNNING && overdue != null && overdue.passed();
    }

    synchronized boolean runsOn(Thread other) {
        return thread == other;
    }
}
