package io.ains.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The counters of each partition that this instance has, one for each constant of an enum. A partition takes its counts
 * along when it moves, so its number is a label: a counter that went on elsewhere would look like one that grew. Safe
 * for many threads.
 *
 * @param <E> what is counted
 */
public final class PartitionCounters<E extends Enum<E>> {
    /**
     * How a counter is shown.
     *
     * @param name of the meter
     * @param description of the meter
     * @param tags besides the partition
     */
    public record Shown(String name, String description, Tags tags) {}

    private record Owned(AtomicLongArray counts, List<FunctionCounter> meters) {}

    private final MeterRegistry meters;
    private final E[] all;
    private final Function<E, Shown> shown;
    private final Map<Integer, Owned> partitions = new ConcurrentHashMap<>();

    /**
     * Counters of which nothing is shown yet.
     *
     * @param meters where they go
     * @param type what is counted
     * @param shown as what, for each constant
     */
    public PartitionCounters(MeterRegistry meters, Class<E> type, Function<E, Shown> shown) {
        this.meters = meters;
        this.all = type.getEnumConstants();
        this.shown = shown;
    }

    E[] all() {
        return all.clone();
    }

    /** Shows the counts of a partition, by ordinal. */
    void present(int partition, long[] counts) {
        Owned owned = partitions.computeIfAbsent(partition, this::register);
        for (int i = 0; i < counts.length; i++) {
            owned.counts().set(i, counts[i]);
        }
    }

    private Owned register(int partition) {
        AtomicLongArray counts = new AtomicLongArray(all.length);
        return new Owned(
                counts,
                Stream.of(all)
                        .map(each -> {
                            Shown as = shown.apply(each);
                            return FunctionCounter.builder(as.name(), counts, values -> values.get(each.ordinal()))
                                    .description(as.description())
                                    .tags(as.tags().and("partition", Integer.toString(partition)))
                                    .register(meters);
                        })
                        .toList());
    }

    void absent(int partition) {
        Owned gone = partitions.remove(partition);
        if (gone != null) {
            gone.meters().stream().map(Meter::getId).forEach(meters::remove);
        }
    }
}
