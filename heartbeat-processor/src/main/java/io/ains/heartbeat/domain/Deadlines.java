package io.ains.heartbeat.domain;

import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * When to look at which agent next. An entry says "not before", never "now": a heartbeat does not touch it, and whoever
 * finds it due asks the agent how long it has really been silent, and puts it back if that is not long enough.
 */
final class Deadlines {
    /** One appointment. Only the one that its agent points to counts; others are left over and dropped when met. */
    record Entry(long due, Agent agent) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>((one, other) -> Long.compare(one.due(), other.due()));

    /** Makes sure that the agent is looked at by then: an earlier appointment stands. */
    void put(Agent agent, long due) {
        Entry standing = agent.entry;
        if (due == Long.MAX_VALUE || (standing != null && standing.due() <= due)) {
            return;
        }
        Entry entry = new Entry(due, agent);
        agent.entry = entry;
        entries.add(entry);
    }

    /** Takes out an agent whose appointment has come, the longest overdue first; null if there is none. */
    @Nullable
    Agent poll(long time) {
        Entry first = peek();
        if (first == null || first.due() > time) {
            return null;
        }
        entries.remove();
        first.agent().entry = null;
        return first.agent();
    }

    /**
     * When the next agent will really be due if none is heard of until then.
     *
     * @param dueAt an agent's true deadline
     * @param maxLooks bound on the entries that are put back on the way
     * @return milliseconds since the epoch; {@link Long#MAX_VALUE} if there is none, or not found within the bound
     */
    long next(ToLongFunction<Agent> dueAt, int maxLooks) {
        for (int looks = 0; looks < maxLooks; looks++) {
            Entry first = peek();
            if (first == null) {
                return Long.MAX_VALUE;
            }
            long due = dueAt.applyAsLong(first.agent());
            if (due <= first.due()) {
                return first.due();
            }
            entries.remove();
            first.agent().entry = null;
            put(first.agent(), due);
        }
        return Long.MAX_VALUE;
    }

    private @Nullable Entry peek() {
        Entry first = entries.peek();
        while (first != null && first.agent().entry != first) {
            entries.remove();
            first = entries.peek();
        }
        return first;
    }
}
