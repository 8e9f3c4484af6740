package io.ains.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task that used up its attempts, whole, so that it can be looked at and tried again; on
 * {@link Topics#taskDeadLetters()}, keyed by task id.
 *
 * @param task as it was submitted
 * @param at when it failed for good, milliseconds since the epoch, on the broker's clock
 * @param attempt the last one's number
 * @param retryCount retries used up
 * @param reason of the last failure
 * @param errorMessage of the last failure
 * @param agentId who tried last
 */
public record DeadTask(
        TaskSpec task,
        long at,
        int attempt,
        int retryCount,
        RequeueReason reason,
        String errorMessage,
        @Nullable String agentId) {
    public DeadTask {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(errorMessage, "error_message");
    }
}
