package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What became of a task: every transition, as a fact, on {@link Topics#taskEvents()}, keyed by task id.
 * {@code at} is milliseconds since the epoch, on the broker's clock.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TaskEvent.Submitted.class),
    @JsonSubTypes.Type(TaskEvent.SubmissionRepeated.class),
    @JsonSubTypes.Type(TaskEvent.Queued.class),
    @JsonSubTypes.Type(TaskEvent.Assigned.class),
    @JsonSubTypes.Type(TaskEvent.Started.class),
    @JsonSubTypes.Type(TaskEvent.Progressed.class),
    @JsonSubTypes.Type(TaskEvent.Requeued.class),
    @JsonSubTypes.Type(TaskEvent.Completed.class),
    @JsonSubTypes.Type(TaskEvent.Failed.class),
    @JsonSubTypes.Type(TaskEvent.Cancelled.class),
    @JsonSubTypes.Type(TaskEvent.Expired.class),
    @JsonSubTypes.Type(TaskEvent.PriorityChanged.class),
    @JsonSubTypes.Type(TaskEvent.TimeoutChanged.class),
    @JsonSubTypes.Type(TaskEvent.DeadTaskPurged.class),
    @JsonSubTypes.Type(TaskEvent.RoutingTested.class),
    @JsonSubTypes.Type(TaskEvent.CommandRejected.class)
})
public sealed interface TaskEvent {
    String taskId();

    String capability();

    long at();

    /** The {@code request_id} of the command or result that caused it, if it had one. */
    @Nullable
    String requestId();

    /** Calls the visitor's method for this kind of event. */
    <R> R accept(Visitor<R> visitor);

    /**
     * The task was accepted.
     *
     * @param task the whole task
     * @param status PENDING, or SCHEDULED with a {@code not_before} in the future
     */
    @JsonTypeName("TaskSubmitted")
    record Submitted(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            TaskSpec task,
            TaskStatus status) implements TaskEvent {

        public Submitted {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(task, "task");
            Objects.requireNonNull(status, "status");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A task id that is known was submitted again: this is what became of the first.
     *
     * @param status as it stands
     * @param attempt 0 before the first
     * @param resultData if COMPLETED and not over 64 KiB
     * @param errorMessage if FAILED
     */
    @JsonTypeName("TaskSubmissionRepeated")
    record SubmissionRepeated(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            TaskStatus status,
            int attempt,
            @Nullable JsonNode resultData,
            @Nullable String errorMessage)
            implements TaskEvent {

        public SubmissionRepeated {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(status, "status");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The {@code not_before} has come: the task waits for a free slot.
     */
    @JsonTypeName("TaskQueued")
    record Queued(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId) implements TaskEvent {

        public Queued {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * An agent was picked.
     *
     * @param agentId who
     * @param sessionId its session
     * @param attempt 1, 2, 3 …: with the task's id the fencing token
     */
    @JsonTypeName("TaskAssigned")
    record Assigned(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            String agentId,
            String sessionId,
            int attempt)
            implements TaskEvent {

        public Assigned {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent said that it works on the task.
     *
     * @param agentId who
     * @param attempt which
     */
    @JsonTypeName("TaskStarted")
    record Started(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            String agentId,
            int attempt) implements TaskEvent {

        public Started {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent said how far it is.
     *
     * @param agentId who
     * @param attempt which
     * @param percent 0 to 100
     * @param message for people
     */
    @JsonTypeName("TaskProgressed")
    record Progressed(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            String agentId,
            int attempt,
            @Nullable Double percent,
            @Nullable String message)
            implements TaskEvent {

        public Progressed {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The task waits again.
     *
     * @param agentId who had it; null if nobody
     * @param attempt the attempt that is over
     * @param retryCount retries used up so far
     * @param reason why
     * @param errorMessage what went wrong, in words
     * @param availableAt milliseconds since the epoch before which it is not given out again
     * @param task the whole task, if the retry was asked for after the dispatcher had forgotten it
     */
    @JsonTypeName("TaskRequeued")
    record Requeued(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            @Nullable String agentId,
            int attempt,
            int retryCount,
            RequeueReason reason,
            @Nullable String errorMessage,
            long availableAt,
            @Nullable TaskSpec task)
            implements TaskEvent {

        public Requeued {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The end: done.
     *
     * @param agentId by whom
     * @param attempt in which attempt
     * @param resultData as the handler gave it
     * @param startedAt milliseconds since the epoch; null if the agent never said
     */
    @JsonTypeName("TaskCompleted")
    record Completed(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            String agentId,
            int attempt,
            @Nullable JsonNode resultData,
            @Nullable Long startedAt)
            implements TaskEvent {

        public Completed {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The end: not done, and no attempt left.
     *
     * @param agentId who tried last
     * @param attempt the last
     * @param retryCount retries used up
     * @param reason of the last failure
     * @param errorMessage of the last failure
     * @param startedAt of the last attempt
     */
    @JsonTypeName("TaskFailed")
    record Failed(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            @Nullable String agentId,
            int attempt,
            int retryCount,
            RequeueReason reason,
            String errorMessage,
            @Nullable Long startedAt)
            implements TaskEvent {

        public Failed {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(errorMessage, "error_message");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The end: not wanted any more.
     *
     * @param agentId who had it; null if nobody
     * @param attempt 0 before the first
     * @param reason the client's
     */
    @JsonTypeName("TaskCancelled")
    record Cancelled(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            @Nullable String agentId,
            int attempt,
            @Nullable String reason)
            implements TaskEvent {

        public Cancelled {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The end: its {@code expires_at} has passed.
     *
     * @param agentId who had it; null if nobody
     * @param attempt 0 before the first
     */
    @JsonTypeName("TaskExpired")
    record Expired(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            @Nullable String agentId,
            int attempt)
            implements TaskEvent {

        public Expired {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The task moved in its queue.
     *
     * @param oldPriority before
     * @param newPriority now
     * @param status unchanged
     */
    @JsonTypeName("TaskPriorityChanged")
    record PriorityChanged(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            int oldPriority,
            int newPriority,
            TaskStatus status)
            implements TaskEvent {

        public PriorityChanged {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(status, "status");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The time that an attempt may run changed.
     *
     * @param oldTimeoutSeconds before
     * @param newTimeoutSeconds now
     * @param status unchanged
     */
    @JsonTypeName("TaskTimeoutChanged")
    record TimeoutChanged(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            int oldTimeoutSeconds,
            int newTimeoutSeconds,
            TaskStatus status)
            implements TaskEvent {

        public TimeoutChanged {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(status, "status");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** The task's dead letter is gone. */
    @JsonTypeName("DeadTaskPurged")
    record DeadTaskPurged(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId) implements TaskEvent {

        public DeadTaskPurged {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Who would have got a task; nothing changed.
     *
     * @param routingStrategy that was asked
     * @param agentId who; null if nobody can take it now
     * @param reason in words
     */
    @JsonTypeName("RoutingTested")
    record RoutingTested(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            RoutingStrategy routingStrategy,
            @Nullable String agentId,
            String reason)
            implements TaskEvent {

        public RoutingTested {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(routingStrategy, "routing_strategy");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A command, or a result with a {@code request_id}, was refused; nothing changed.
     *
     * @param command the refused record's {@code type}
     * @param code why
     * @param message what was expected
     * @param status as it stands, if the task is known
     */
    @JsonTypeName("TaskCommandRejected")
    record CommandRejected(
            String taskId,
            String capability,
            long at,
            @Nullable String requestId,
            String command,
            RejectionCode code,
            String message,
            @Nullable TaskStatus status)
            implements TaskEvent {

        public CommandRejected {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of event. */
    interface Visitor<R> {
        R visit(Submitted event);

        R visit(SubmissionRepeated event);

        R visit(Queued event);

        R visit(Assigned event);

        R visit(Started event);

        R visit(Progressed event);

        R visit(Requeued event);

        R visit(Completed event);

        R visit(Failed event);

        R visit(Cancelled event);

        R visit(Expired event);

        R visit(PriorityChanged event);

        R visit(TimeoutChanged event);

        R visit(DeadTaskPurged event);

        R visit(RoutingTested event);

        R visit(CommandRejected event);
    }
}
