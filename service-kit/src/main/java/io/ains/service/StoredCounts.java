package io.ains.service;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's processor counts of its records, as a part of its state: under exactly-once a count is committed
 * with the record that was counted, so that a crash neither forgets nor repeats any. What is shown is committed, and
 * therefore never falls. Belongs to one processor; used on its thread only.
 *
 * @param <E> what is counted
 */
public final class StoredCounts<E extends Enum<E>> implements AutoCloseable {
    private static final String STORE = "counts";

    private final KeyValueStore<String, Long> store;
    private final PartitionCounters<E> counters;
    private final int partition;
    private final boolean shownAtOnce;
    private final CommitPace.OfThread pace;
    private final String[] names;
    private final long[] counts;
    /** What is shown once it is committed. */
    private long @Nullable [] next;
    /** How many commits there were when {@code next} was taken. */
    private long commits;

    /**
     * Goes on where the counts were committed last.
     *
     * @param context of the processor, in its {@code init}
     * @param pace of the service
     * @param counters where the counts are shown
     */
    public StoredCounts(ProcessorContext<?, ?> context, CommitPace pace, PartitionCounters<E> counters) {
        this.store = context.getStateStore(STORE);
        this.counters = counters;
        this.partition = context.taskId().partition();
        this.shownAtOnce = !pace.isNeeded();
        this.pace = pace.ofThisThread();
        E[] all = counters.all();
        this.names = new String[all.length];
        this.counts = new long[all.length];
        for (E each : all) {
            names[each.ordinal()] = each.name();
            Long stored = store.get(each.name());
            counts[each.ordinal()] = stored == null ? 0 : stored;
        }
        counters.present(partition, counts);
    }

    /** The store that the processor must be connected to. It has a cache, so that each commit writes a count once. */
    public static StoreBuilder<KeyValueStore<String, Long>> store() {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long())
                .withCachingEnabled();
    }

    /** Counts one, of the record that is processed. */
    public void add(E what) {
        int index = what.ordinal();
        store.put(names[index], ++counts[index]);
    }

    /** Shows what has been committed of the counts. Called from time to time. */
    public void show() {
        if (shownAtOnce) {
            counters.present(partition, counts);
            return;
        }
        if (next != null && commits != pace.commits()) {
            counters.present(partition, next);
            next = null;
        }
        if (next == null) {
            next = counts.clone();
            commits = pace.commits();
        }
    }

    @Override
    public void close() {
        counters.absent(partition);
    }
}
