package io.ains.service;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Commits soon after an output, so that exactly-once costs milliseconds and not a commit interval, yet never per
 * record, which would cap the throughput at the rate of commits. Belongs to one processor; used on its thread only.
 */
public final class PromptCommit {
    /**
     * When the tasks of one thread last asked for a commit. A commit is always of all of them, so those that share a
     * pace do not ask in turn. Used by one thread.
     */
    public static final class Pace {
        private final long atMostEveryNanos;
        private long lastRequest;

        /**
         * A pace at which nobody has asked yet.
         *
         * @param atMostEvery the shortest time between two commits
         */
        public Pace(Duration atMostEvery) {
            this.atMostEveryNanos = atMostEvery.toNanos();
            this.lastRequest = System.nanoTime() - atMostEveryNanos;
        }

        private boolean allows(long now) {
            if (now - lastRequest < atMostEveryNanos) {
                return false;
            }
            lastRequest = now;
            return true;
        }
    }

    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final ProcessorContext<?, ?> context;
    private final Pace pace;
    /** Only while it has to wait: each punctuation shortens the runs in which Streams processes records. */
    private @Nullable Cancellable waiting;

    /**
     * Starts to watch for outputs.
     *
     * @param context of the processor, in its {@code init}
     * @param pace of the processors of this thread
     */
    public PromptCommit(ProcessorContext<?, ?> context, Pace pace) {
        this.context = context;
        this.pace = pace;
    }

    /** Says that something was forwarded that somebody waits for. */
    public void afterOutput() {
        if (waiting == null && !requested()) {
            waiting = context.schedule(LOOK_AGAIN, PunctuationType.WALL_CLOCK_TIME, now -> retry());
        }
    }

    private void retry() {
        Cancellable present = waiting;
        if (present != null && requested()) {
            present.cancel();
            waiting = null;
        }
    }

    private boolean requested() {
        boolean allowed = pace.allows(System.nanoTime());
        if (allowed) {
            context.commit();
        }
        return allowed;
    }
}
