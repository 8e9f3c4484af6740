package io.ains.agent;

import io.ains.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a task ended.
 *
 * @param taskId which
 * @param status COMPLETED, FAILED, CANCELLED or EXPIRED
 * @param result if COMPLETED and the handler gave one; but a task that had ended before it was submitted again comes
 *     without a result of over 64 KiB
 * @param errorMessage why it did not complete
 * @param attempt the last one, from 1; 0 if there was none
 * @param agentId who had the last attempt; null if nobody, or if it had ended before it was submitted again
 */
public record TaskOutcome(
        String taskId,
        TaskStatus status,
        @Nullable JsonNode result,
        @Nullable String errorMessage,
        int attempt,
        @Nullable String agentId) {
    /** Whether it ended with a result. */
    public boolean isCompleted() {
        return status == TaskStatus.COMPLETED;
    }
}
