package io.ains.dispatcher.domain;

import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import org.jspecify.annotations.Nullable;

/** Which events take a task away from an agent that does not know it yet, and what the agent is told. */
final class Revocations {
    private Revocations() {}

    /** Why the attempt is over; null if it is not, or if its agent said so itself. */
    static @Nullable String reasonOf(TaskEvent event) {
        if (event instanceof TaskEvent.Requeued requeued) {
            return reasonOf(requeued.reason());
        }
        if (event instanceof TaskEvent.Failed failed) {
            return reasonOf(failed.reason());
        }
        if (event instanceof TaskEvent.Cancelled) {
            return "the task was cancelled";
        }
        return event instanceof TaskEvent.Expired ? "the task has expired" : null;
    }

    private static @Nullable String reasonOf(RequeueReason reason) {
        return switch (reason) {
            case EXECUTION_TIMEOUT -> "the attempt ran past its timeout";
            case AGENT_LOST -> "the agent was silent for too long";
            case SESSION_REPLACED -> "a newer session of the agent has been registered";
            case ACK_TIMEOUT -> "the start was not acknowledged in time";
            case ATTEMPT_FAILED, RELEASED, RETRY_REQUESTED -> null;
        };
    }
}
