package io.ains.dispatcher.domain;

import java.util.Map;

/**
 * How a capability stands.
 *
 * @param capability its name
 * @param waiting tasks that could be given out now
 * @param held tasks that agents have
 * @param availableAgents agents that may get tasks
 * @param freeSlots that they have left
 */
public record CapabilityView(
        String capability, Map<PriorityBand, Waiting> waiting, int held, int availableAgents, int freeSlots) {
    /**
     * What waits in one band of priorities.
     *
     * @param tasks how many
     * @param oldestSince since when the one waits that waits longest, over all its attempts, in milliseconds since the
     *     epoch; {@link Long#MAX_VALUE} if none does
     */
    public record Waiting(int tasks, long oldestSince) {
        /** An empty band. */
        public static final Waiting NONE = new Waiting(0, Long.MAX_VALUE);

        /** Both together. */
        public Waiting and(Waiting other) {
            return new Waiting(tasks + other.tasks, Math.min(oldestSince, other.oldestSince));
        }
    }

    /** What waits, of any priority. */
    public int waitingTasks() {
        return waiting.values().stream().mapToInt(Waiting::tasks).sum();
    }
}
