package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What its work says of an agent, on {@link Topics#agentOutcomes()}, keyed by agent id, so that it is decided where the
 * agent is. {@code at} is milliseconds since the epoch, on the broker's clock.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(AgentOutcome.AttemptEnded.class),
    @JsonSubTypes.Type(AgentOutcome.Rested.class),
    @JsonSubTypes.Type(AgentOutcome.Resumed.class)
})
public sealed interface AgentOutcome {
    String agentId();

    long at();

    /** Calls the visitor's method for this kind of outcome. */
    <R> R accept(Visitor<R> visitor);

    /**
     * One attempt of the agent ended: the heartbeat-processor's own fan-out of {@link TaskEvent}.
     *
     * @param taskId of what
     * @param attempt which
     * @param completed whether it ended well
     * @param durationMs milliseconds from started to the end, if the agent said that it started
     * @param errorMessage if it did not end well
     */
    @JsonTypeName("AttemptEnded")
    record AttemptEnded(
            String agentId,
            String taskId,
            int attempt,
            boolean completed,
            @Nullable Long durationMs,
            @Nullable String errorMessage,
            long at)
            implements AgentOutcome {
        public AttemptEnded {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(taskId, "task_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The dispatcher gives the session no more tasks of a capability, because it does not take those that it is given.
     * Told again with every assignment that is left lying after that.
     *
     * @param sessionId whose
     * @param capability of which tasks
     * @param reason in words
     */
    @JsonTypeName("AgentRested")
    record Rested(String agentId, String sessionId, String capability, String reason, long at) implements AgentOutcome {
        public Rested {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The session has spoken of a task of a capability for which it rested, and gets tasks again.
     *
     * @param sessionId whose
     * @param capability of which tasks
     */
    @JsonTypeName("AgentResumed")
    record Resumed(String agentId, String sessionId, String capability, long at) implements AgentOutcome {
        public Resumed {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of outcome. */
    interface Visitor<R> {
        R visit(AttemptEnded outcome);

        R visit(Rested outcome);

        R visit(Resumed outcome);
    }
}
