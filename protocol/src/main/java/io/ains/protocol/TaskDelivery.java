package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the dispatcher tells an agent, on {@link Topics#capability(String)}, keyed by agent id. An agent acts only on
 * records of its own session.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TaskDelivery.TaskAssignment.class),
    @JsonSubTypes.Type(TaskDelivery.TaskRevocation.class),
    @JsonSubTypes.Type(TaskDelivery.TaskTimeoutChange.class)
})
public sealed interface TaskDelivery {
    String taskId();

    String agentId();

    /** The session that is meant. */
    String sessionId();

    /** The attempt that is meant; with the task's id the fencing token. */
    int attempt();

    /** Calls the visitor's method for this kind of record. */
    <R> R accept(Visitor<R> visitor);

    /**
     * This agent is to do this task, now.
     *
     * @param attempt 1, 2, 3 …; goes into every result
     * @param capability what it was asked for
     * @param shard the key of the results' records, copied as it is
     * @param clientId whose task it is
     * @param taskType the client's classification
     * @param inputData for the handler
     * @param metadata the client's own
     * @param priority 0 to 10
     * @param timeoutSeconds seconds from the start after which the attempt is revoked
     * @param assignedAt milliseconds since the epoch, on the broker's clock
     */
    @JsonTypeName("TaskAssignment")
    record TaskAssignment(
            String taskId,
            String agentId,
            String sessionId,
            int attempt,
            String capability,
            String shard,
            String clientId,
            String taskType,
            @Nullable JsonNode inputData,
            @Nullable JsonNode metadata,
            int priority,
            int timeoutSeconds,
            long assignedAt)
            implements TaskDelivery {
        public TaskAssignment {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(shard, "shard");
            Objects.requireNonNull(clientId, "client_id");
            Objects.requireNonNull(taskType, "task_type");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The attempt is over for this agent: stop, and report nothing.
     *
     * @param reason in words
     */
    @JsonTypeName("TaskRevocation")
    record TaskRevocation(String taskId, String agentId, String sessionId, int attempt, String reason)
            implements TaskDelivery {
        public TaskRevocation {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The attempt may run for longer, or less long, than its assignment said.
     *
     * @param timeoutSeconds seconds from the start of the attempt
     */
    @JsonTypeName("TaskTimeoutChange")
    record TaskTimeoutChange(String taskId, String agentId, String sessionId, int attempt, int timeoutSeconds)
            implements TaskDelivery {
        public TaskTimeoutChange {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of record. */
    interface Visitor<R> {
        R visit(TaskAssignment assignment);

        R visit(TaskRevocation revocation);

        R visit(TaskTimeoutChange change);
    }
}
