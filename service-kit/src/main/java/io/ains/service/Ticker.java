package io.ains.service;

import io.ains.protocol.Tick;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes the ticks of one partition: one a second, and one as soon as a timer is due. The wall clock decides only
 * when a tick is asked for; what time it is, the broker says when the tick comes back. Belongs to one processor; used
 * on its thread only.
 */
public final class Ticker implements AutoCloseable {
    /** Ticks go to the partition that they name, whatever their key. */
    public static final StreamPartitioner<String, Tick> PARTITIONER =
            (topic, key, tick, partitions) -> Optional.of(Set.of(tick.partition()));

    private static final Duration RESOLUTION = Duration.ofMillis(50);
    private static final long REGULAR_MS = 1_000;

    private final ProcessorContext<String, Object> context;
    private final String sink;
    private final TickAges ages;
    private final LongSupplier nextDeadline;
    private final PromptCommit commit;
    private final int partition;
    private final Cancellable schedule;
    private long lastSent;
    private boolean underWay;

    /**
     * Starts to tick.
     *
     * @param context of the processor, in its {@code init}
     * @param sink the node that takes ticks to their topic, with {@link #PARTITIONER}
     * @param commit that of the processor
     * @param ages where it is noted how far behind real time the partition is
     * @param nextDeadline when the next timer is due, in milliseconds since the epoch; {@link Long#MAX_VALUE} if none is
     */
    public Ticker(
            ProcessorContext<String, Object> context,
            String sink,
            PromptCommit commit,
            TickAges ages,
            LongSupplier nextDeadline) {
        this.context = context;
        this.sink = sink;
        this.commit = commit;
        this.ages = ages;
        this.nextDeadline = nextDeadline;
        this.partition = context.taskId().partition();
        this.schedule = context.schedule(RESOLUTION, PunctuationType.WALL_CLOCK_TIME, this::punctuate);
        ages.owned(partition);
    }

    private void punctuate(long now) {
        // On the second, so that all partitions of a thread tick in one transaction.
        boolean regular = now / REGULAR_MS != lastSent / REGULAR_MS;
        if (regular || (!underWay && nextDeadline.getAsLong() <= now)) {
            lastSent = now;
            underWay = true;
            context.forward(new Record<>(Integer.toString(partition), new Tick(partition, now), now), sink);
            commit.afterOutput();
        }
    }

    /**
     * Notes that a tick came back.
     *
     * @param time the broker's time of the record, milliseconds since the epoch
     * @return how long it was underway, in milliseconds; 0 if it does not say when it was sent
     */
    public long arrived(Tick tick, long time) {
        underWay = false;
        ages.ticked(partition, time);
        Long sentAt = tick.sentAt();
        return sentAt == null ? 0 : Math.max(0, context.currentSystemTimeMs() - sentAt);
    }

    @Override
    public void close() {
        schedule.cancel();
        ages.released(partition);
    }
}
