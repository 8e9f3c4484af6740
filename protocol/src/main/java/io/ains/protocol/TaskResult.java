package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an agent says of a task that it was given, on {@link Topics#taskResults()}, keyed by the assignment's shard.
 * One that bears another attempt, agent or session than the task's present ones is counted and ignored.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TaskResult.Started.class),
    @JsonSubTypes.Type(TaskResult.Progress.class),
    @JsonSubTypes.Type(TaskResult.Completed.class),
    @JsonSubTypes.Type(TaskResult.Failed.class),
    @JsonSubTypes.Type(TaskResult.Released.class),
    @JsonSubTypes.Type(Tick.class)
})
public sealed interface TaskResult permits TaskResult.Report, Tick {
    /** Calls the visitor's method for this kind of record. */
    <R> R accept(Visitor<R> visitor);

    /** A result, as opposed to a {@link Tick}. */
    sealed interface Report extends TaskResult {
        String taskId();

        String agentId();

        /** The session that works on it; null means whichever is registered (agents that speak HTTP). */
        @Nullable
        String sessionId();

        /** The assignment's attempt; null means the one that the agent holds (agents that speak HTTP). */
        @Nullable
        Integer attempt();

        /** Given back in the event that answers; a refusal is answered only if there is one. */
        @Nullable
        String requestId();
    }

    /** The handler runs: acknowledges the assignment. */
    @JsonTypeName("TaskStarted")
    record Started(
            String taskId,
            String agentId,
            @Nullable String sessionId,
            @Nullable Integer attempt,
            @Nullable String requestId)
            implements Report {
        public Started {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * How far the handler has come.
     *
     * @param percent 0 to 100, if it knows
     * @param message for people
     */
    @JsonTypeName("TaskProgress")
    record Progress(
            String taskId,
            String agentId,
            @Nullable String sessionId,
            @Nullable Integer attempt,
            @Nullable String requestId,
            @Nullable Double percent,
            @Nullable String message)
            implements Report {
        public Progress {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** The task is done. Counts also without a {@link Started} before it. */
    @JsonTypeName("TaskCompleted")
    record Completed(
            String taskId,
            String agentId,
            @Nullable String sessionId,
            @Nullable Integer attempt,
            @Nullable String requestId,
            @Nullable JsonNode resultData)
            implements Report {
        public Completed {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The attempt failed.
     *
     * @param errorMessage for people
     * @param retryable false if another attempt cannot help; true if absent
     */
    @JsonTypeName("TaskFailed")
    record Failed(
            String taskId,
            String agentId,
            @Nullable String sessionId,
            @Nullable Integer attempt,
            @Nullable String requestId,
            @Nullable String errorMessage,
            Boolean retryable)
            implements Report {
        public Failed {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
            retryable = Objects.requireNonNullElse(retryable, true);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent gives the task back: it is full, or draining. No attempt is spent.
     *
     * @param reason for the record
     */
    @JsonTypeName("TaskReleased")
    record Released(
            String taskId,
            String agentId,
            @Nullable String sessionId,
            @Nullable Integer attempt,
            @Nullable String requestId,
            @Nullable String reason)
            implements Report {
        public Released {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of record. */
    interface Visitor<R> {
        R visit(Started result);

        R visit(Progress result);

        R visit(Completed result);

        R visit(Failed result);

        R visit(Released result);

        R visit(Tick tick);
    }
}
