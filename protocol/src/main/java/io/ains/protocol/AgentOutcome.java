package io.ains.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt of an agent ended, on {@link Topics#agentOutcomes()}, keyed by agent id: the heartbeat-processor's
 * own fan-out of {@link TaskEvent}, so that trust is decided where the agent is.
 *
 * @param agentId who
 * @param taskId of what
 * @param attempt which
 * @param completed whether it ended well
 * @param durationMs milliseconds from started to the end, if the agent said that it started
 * @param errorMessage if it did not
 * @param at milliseconds since the epoch, on the broker's clock
 */
public record AgentOutcome(
        String agentId,
        String taskId,
        int attempt,
        boolean completed,
        @Nullable Long durationMs,
        @Nullable String errorMessage,
        long at) {
    public AgentOutcome {
        Objects.requireNonNull(agentId, "agent_id");
        Objects.requireNonNull(taskId, "task_id");
    }
}
