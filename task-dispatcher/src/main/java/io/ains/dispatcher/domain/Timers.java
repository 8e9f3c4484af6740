package io.ains.dispatcher.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * Wakes things up, each at most once at a time. Moving a deadline later costs nothing: the entry that is there fires,
 * finds that it is too early, and is put back. O(log n) otherwise.
 *
 * @param <T> what is woken
 */
final class Timers<T extends Timers.Timed> {
    /** Something that has one entry at most; {@link Timed#NEVER} says that it has none. */
    interface Timed {
        long NEVER = Long.MAX_VALUE;

        long timerAt();

        void timerAt(long time);
    }

    private record Entry<T>(long at, long order, T what) implements Comparable<Entry<T>> {
        @Override
        public int compareTo(Entry<T> other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private static final int MOST_LOOKS = 1_000;
    private static final int FEW = 10_000;

    private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>();
    private final ToLongFunction<T> deadline;
    private long order;
    private int compactAt = FEW;

    /**
     * Timers of one kind.
     *
     * @param deadline when a thing wants to be woken as it stands now; {@link Timed#NEVER} if it does not
     */
    Timers(ToLongFunction<T> deadline) {
        this.deadline = deadline;
    }

    /** Says that a thing's deadline may have changed. */
    void changed(T what) {
        long at = deadline.applyAsLong(what);
        if (at < what.timerAt()) {
            what.timerAt(at);
            entries.add(new Entry<>(at, order++, what));
            if (entries.size() >= compactAt) {
                compact();
            }
        }
    }

    /** Lets go of what has nothing to wait for any more: it would be held until the time that it once had. */
    private void compact() {
        List<Entry<T>> live = new ArrayList<>();
        for (Entry<T> entry : entries) {
            if (entry.what.timerAt() != entry.at) {
                continue; // replaced by an earlier entry
            }
            if (deadline.applyAsLong(entry.what) == Timed.NEVER) {
                entry.what.timerAt(Timed.NEVER);
            } else {
                live.add(entry);
            }
        }
        entries.clear();
        entries.addAll(live);
        compactAt = Math.max(FEW, 2 * live.size());
    }

    /** How many entries there are, dead ones included. */
    int size() {
        return entries.size();
    }

    /**
     * When something is next to be woken. Entries whose deadline has moved are put back on the way, so that who asks
     * does not get up for nothing.
     *
     * @return the time; too early if more entries than {@link #MOST_LOOKS} have moved, never too late
     */
    long nextAt() {
        for (int looks = 0; ; looks++) {
            Entry<T> first = entries.peek();
            if (first == null) {
                return Timed.NEVER;
            }
            boolean replaced = first.what.timerAt() != first.at;
            if (looks == MOST_LOOKS || (!replaced && deadline.applyAsLong(first.what) <= first.at)) {
                return first.at;
            }
            entries.poll();
            if (!replaced) {
                first.what.timerAt(Timed.NEVER);
                changed(first.what);
            }
        }
    }

    /**
     * Takes one thing whose deadline has come.
     *
     * @param now the time
     * @return the thing, which has no entry any more; null if none is due
     */
    @org.jspecify.annotations.Nullable
    T next(long now) {
        while (true) {
            Entry<T> first = entries.peek();
            if (first == null || first.at > now) {
                return null;
            }
            entries.poll();
            T what = first.what;
            if (what.timerAt() != first.at) {
                continue; // replaced by an earlier entry
            }
            what.timerAt(Timed.NEVER);
            if (deadline.applyAsLong(what) <= now) {
                return what;
            }
            changed(what);
        }
    }
}
