package io.ains.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When an output is worth a commit of its own. Under exactly-once an output can be read only once it is committed, so it
 * should not wait for the commit interval; yet a commit for each record would let a thread do nothing but commit. So a
 * thread commits at once when it has not for a while, and gives at least as much time to records as to commits, up to 50 ms.
 * While it still works on what one poll brought, it is saturated: then each pause is twice the one before, so that more
 * records share a commit, and where commits are slow one after the other, it may be as long as they are, up to 500 ms: a
 * thread that did little but commit would not come to its next poll either, and a whole group waits for that. One for a
 * service; used by its stream threads, each of which has a pace of its own, for a commit is always of all tasks of a
 * thread.
 */
public final class CommitPace {
    /** A commit that took longer than this met a trouble that says nothing of the next one. */
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_SATURATED = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Duration LEAST_POLL = Duration.ofMillis(1);

    private final boolean needed;
    private final ThreadLocal<OfThread> threads;

    /**
     * A pace at which nobody has committed yet.
     *
     * @param atMostEvery the shortest time from the end of one commit to the start of the next
     * @param exactlyOnce false if an output can be read at once, and needs no commit
     */
    public CommitPace(Duration atMostEvery, boolean exactlyOnce) {
        this(atMostEvery, exactlyOnce, System::nanoTime);
    }

    CommitPace(Duration atMostEvery, boolean exactlyOnce, LongSupplier nanoTime) {
        this.needed = exactlyOnce;
        this.threads = ThreadLocal.withInitial(() -> new OfThread(atMostEvery.toNanos(), nanoTime));
    }

    boolean isNeeded() {
        return needed;
    }

    OfThread ofThisThread() {
        return threads.get();
    }

    /** One stream thread's. */
    static final class OfThread {
        private final long leastPause;
        private final LongSupplier nanoTime;
        private long notBefore;
        private long commitBegan;
        private boolean committing;
        private long commits;
        private boolean outputWaits;
        private boolean polled;
        private long pause;
        private long tookBefore;

        private OfThread(long leastPause, LongSupplier nanoTime) {
            this.leastPause = leastPause;
            this.nanoTime = nanoTime;
            this.notBefore = nanoTime.getAsLong();
        }

        /** Says that there is an output to commit. True if the time for it has come. */
        boolean output() {
            outputWaits = true;
            return isDue();
        }

        boolean isDue() {
            return nanoTime.getAsLong() - notBefore >= 0;
        }

        /** How many commits there were: what was put out at another count is committed. */
        long commits() {
            return commits;
        }

        void commitBegins() {
            if (!committing) {
                committing = true;
                commitBegan = nanoTime.getAsLong();
            }
        }

        void committed() {
            long now = nanoTime.getAsLong();
            long took = committing ? now - commitBegan : 0;
            long longest = LONGEST_PAUSE;
            long longer = 0;
            if (!polled) {
                longer = 2 * pause;
                longest = Math.max(longest, Math.min(Math.min(took, tookBefore), LONGEST_SATURATED));
            }
            tookBefore = took;
            pause = Math.min(Math.max(leastPause, Math.max(took, longer)), longest);
            notBefore = now + pause;
            committing = false;
            polled = false;
            outputWaits = false;
            commits++;
        }

        /** Waiting for records must not make an output wait. */
        Duration pollAtMost(Duration timeout) {
            polled = true;
            if (!outputWaits) {
                return timeout;
            }
            Duration left = Duration.ofNanos(notBefore - nanoTime.getAsLong());
            Duration wait = left.compareTo(LEAST_POLL) < 0 ? LEAST_POLL : left;
            return wait.compareTo(timeout) < 0 ? wait : timeout;
        }
    }
}
