package io.ains.standalone.demo;

import io.ains.protocol.AgentStatus;
import java.util.Map;

/**
 * What the topics have told until now.
 *
 * @param agents how many there are in each status
 * @param capabilities what became of the tasks of each, in the order of their names
 * @param p50Ms median from the submission to the first start, milliseconds
 * @param p99Ms 99th percentile of it
 * @param firstCompletedAt milliseconds since the epoch; 0 before the first
 * @param lastEndedAt milliseconds since the epoch; 0 before the first
 */
record Picture(
        Map<AgentStatus, Integer> agents,
        Map<String, Counts> capabilities,
        long p50Ms,
        long p99Ms,
        long firstCompletedAt,
        long lastEndedAt) {
    /**
     * The tasks of one capability.
     *
     * @param queued wait for an agent
     * @param active given to one
     * @param completed ended with a result
     * @param failed ended without
     */
    record Counts(int queued, int active, long completed, long failed) {
        Counts plus(Counts other) {
            return new Counts(
                    queued + other.queued, active + other.active, completed + other.completed, failed + other.failed);
        }
    }

    Counts all() {
        return capabilities.values().stream().reduce(new Counts(0, 0, 0, 0), Counts::plus);
    }
}
