package io.ains.service;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a commit soon after an output, at the {@link CommitPace} of its thread. Belongs to one processor; used on its
 * thread only.
 */
public final class PromptCommit {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final ProcessorContext<?, ?> context;
    private final boolean needed;
    private final CommitPace.OfThread pace;
    /** Only while it has to wait: each punctuation shortens the runs in which Streams processes records. */
    private @Nullable Cancellable waiting;
    /** How many commits there were before the last output. */
    private long commitsBefore;

    /**
     * Starts to watch for outputs.
     *
     * @param context of the processor, in its {@code init}
     * @param pace of the service
     */
    public PromptCommit(ProcessorContext<?, ?> context, CommitPace pace) {
        this.context = context;
        this.needed = pace.isNeeded();
        this.pace = pace.ofThisThread();
    }

    /** Says that something was forwarded that somebody waits for. */
    public void afterOutput() {
        if (!needed) {
            return;
        }
        commitsBefore = pace.commits();
        if (pace.output()) {
            context.commit();
        } else if (waiting == null) {
            waiting = context.schedule(LOOK_AGAIN, PunctuationType.WALL_CLOCK_TIME, now -> lookAgain());
        }
    }

    private void lookAgain() {
        boolean committed = pace.commits() != commitsBefore;
        if (!committed && !pace.isDue()) {
            return;
        }
        if (!committed) {
            context.commit();
        }
        Cancellable present = waiting;
        if (present != null) {
            present.cancel();
            waiting = null;
        }
    }
}
