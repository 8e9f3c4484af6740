package io.ains.dispatcher.domain;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The waiting tasks of one capability, in the order in which they are given out.
 *
 * <p>Between levels of priority, ageing decides: a level counts as old as its oldest task, and one level of priority
 * is worth {@code agingMillis} of waiting. Within a level, clients take turns by their weights, and a client's own
 * tasks go by arrival. So with one client the order is exactly that of {@code enqueued_at − priority × aging}, and
 * with many a level's oldest task waits for at most one turn of each other client.
 *
 * <p>Tasks that demand different trust never stand behind one another: they have queues of their own (in steps of a
 * hundredth), and the best head that can be served now is taken. Every operation is O(log n); no order is ever
 * computed anew.
 */
final class WaitingQueue {
    private static final int LEVELS = 11;

    private final long agingMillis;
    private final DispatcherSettings settings;
    private final FairLevel[][] byTrust = new FairLevel[TrustSteps.COUNT][];
    private final int[] sizes = new int[LEVELS];

    WaitingQueue(long agingMillis, DispatcherSettings settings) {
        this.agingMillis = agingMillis;
        this.settings = settings;
    }

    private FairLevel levelOf(Task task) {
        int step = TrustSteps.of(task);
        FairLevel[] levels = byTrust[step];
        if (levels == null) {
            levels = new FairLevel[LEVELS];
            Arrays.setAll(levels, priority -> new FairLevel());
            byTrust[step] = levels;
        }
        return levels[task.priority];
    }

    void add(Task task) {
        levelOf(task).add(task, settings.weightOf(task.clientId));
        task.queued = true;
        sizes[task.priority]++;
    }

    /** Takes a task out that is not wanted any more, or moves elsewhere; its client's turn is not used up. */
    void remove(Task task) {
        levelOf(task).remove(task);
        task.queued = false;
        sizes[task.priority]--;
    }

    /** Takes the task out that {@link #head} gave; its client's turn is used up. */
    void take(Task task) {
        levelOf(task).take(task);
        task.queued = false;
        sizes[task.priority]--;
    }

    /**
     * The next task.
     *
     * @param served whether there is a free slot for tasks that demand this step of trust
     * @return the task, still in the queue; null if none can be served
     */
    @Nullable
    Task head(IntPredicate served) {
        FairLevel best = null;
        long bestRank = Long.MAX_VALUE;
        for (int step = 0; step < TrustSteps.COUNT; step++) {
            FairLevel[] levels = byTrust[step];
            if (levels == null || !served.test(step)) {
                continue;
            }
            for (int priority = LEVELS - 1; priority >= 0; priority--) {
                Task oldest = levels[priority].oldest();
                if (oldest == null) {
                    continue;
                }
                long rank = agingMillis == 0 ? -priority : oldest.enqueuedAt - priority * agingMillis;
                if (best == null || rank < bestRank || (rank == bestRank && older(oldest, best))) {
                    best = levels[priority];
                    bestRank = rank;
                }
            }
        }
        return best == null ? null : best.head();
    }

    private static boolean older(Task task, FairLevel than) {
        Task other = than.oldest();
        return other != null && task.sequence < other.sequence;
    }

    /** What waits, by band; the cost depends on the priorities and demands of trust that there are, not on the tasks. */
    Map<PriorityBand, CapabilityView.Waiting> waiting() {
        Map<PriorityBand, CapabilityView.Waiting> bands = new EnumMap<>(PriorityBand.class);
        for (int priority = 0; priority < LEVELS; priority++) {
            if (sizes[priority] > 0) {
                bands.merge(
                        PriorityBand.of(priority),
                        new CapabilityView.Waiting(sizes[priority], oldestSince(priority)),
                        CapabilityView.Waiting::and);
            }
        }
        return bands;
    }

    private long oldestSince(int priority) {
        long since = Long.MAX_VALUE;
        for (FairLevel[] levels : byTrust) {
            Task oldest = levels == null ? null : levels[priority].oldest();
            since = oldest == null ? since : Math.min(since, oldest.enqueuedAt);
        }
        return since;
    }
}
