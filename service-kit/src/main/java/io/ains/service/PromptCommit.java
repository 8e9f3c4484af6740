package io.ains.service;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits soon after an output, so that exactly-once costs milliseconds and not a commit interval, yet never per
 * record, which would cap the throughput at the rate of commits. Belongs to one processor; used on its thread only.
 */
public final class PromptCommit {
    private final ProcessorContext<?, ?> context;
    private final long atMostEveryNanos;
    private long lastRequest;
    private boolean pending;

    /**
     * Starts to watch for outputs.
     *
     * @param context of the processor, in its {@code init}
     * @param atMostEvery the shortest time between two commits
     */
    public PromptCommit(ProcessorContext<?, ?> context, Duration atMostEvery) {
        this.context = context;
        this.atMostEveryNanos = atMostEvery.toNanos();
        this.lastRequest = System.nanoTime() - atMostEveryNanos;
        context.schedule(Duration.ofMillis(1), PunctuationType.WALL_CLOCK_TIME, now -> {
            if (pending) {
                request(System.nanoTime());
            }
        });
    }

    /** Says that something was forwarded that somebody waits for. */
    public void afterOutput() {
        pending = true;
        request(System.nanoTime());
    }

    private void request(long now) {
        if (now - lastRequest >= atMostEveryNanos) {
            lastRequest = now;
            pending = false;
            context.commit();
        }
    }
}
