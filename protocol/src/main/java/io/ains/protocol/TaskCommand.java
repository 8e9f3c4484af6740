package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of the dispatcher, on {@link Topics#taskCommands()}, keyed by capability. Each is answered by
 * the {@link TaskEvent} that bears its {@code request_id}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TaskCommand.SubmitTask.class),
    @JsonSubTypes.Type(TaskCommand.CancelTask.class),
    @JsonSubTypes.Type(TaskCommand.ChangePriority.class),
    @JsonSubTypes.Type(TaskCommand.ChangeTimeout.class),
    @JsonSubTypes.Type(TaskCommand.RetryTask.class),
    @JsonSubTypes.Type(TaskCommand.PurgeDeadTask.class),
    @JsonSubTypes.Type(TaskCommand.TestRouting.class)
})
public sealed interface TaskCommand {
    String taskId();

    /** The task's capability: the record's key. */
    String capability();

    /** Given back in the event that answers, so that whoever asked can wait for it. */
    @Nullable
    String requestId();

    /** Calls the visitor's method for this kind of command. */
    <R> R accept(Visitor<R> visitor);

    /** A new task; or, with an id that is known, the question what became of it. */
    @JsonTypeName("SubmitTask")
    record SubmitTask(@Nullable String requestId, TaskSpec task) implements TaskCommand {
        public SubmitTask {
            Objects.requireNonNull(task, "task");
        }

        @Override
        public String taskId() {
            return task.taskId();
        }

        @Override
        public String capability() {
            return task.capability();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The task is not wanted any more.
     *
     * @param clientId if given, the task must be this client's
     * @param reason for the record
     */
    @JsonTypeName("CancelTask")
    record CancelTask(
            String taskId,
            String capability,
            @Nullable String requestId,
            @Nullable String clientId,
            @Nullable String reason)
            implements TaskCommand {
        public CancelTask {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A waiting task moves in its queue.
     *
     * @param clientId if given, the task must be this client's
     * @param priority 0 to 10
     */
    @JsonTypeName("ChangePriority")
    record ChangePriority(
            String taskId,
            String capability,
            @Nullable String requestId,
            @Nullable String clientId,
            int priority) implements TaskCommand {
        public ChangePriority {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The time that an attempt may run changes, also of the attempt that runs.
     *
     * @param clientId if given, the task must be this client's
     * @param timeoutSeconds 1 to 86,400, from the start of the attempt
     */
    @JsonTypeName("ChangeTimeout")
    record ChangeTimeout(
            String taskId,
            String capability,
            @Nullable String requestId,
            @Nullable String clientId,
            int timeoutSeconds) implements TaskCommand {
        public ChangeTimeout {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A FAILED task goes back to the queue with a fresh set of attempts.
     *
     * @param task the whole task, from its dead letter; needed once the dispatcher has forgotten it
     */
    @JsonTypeName("RetryTask")
    record RetryTask(
            String taskId,
            String capability,
            @Nullable String requestId,
            @Nullable TaskSpec task) implements TaskCommand {
        public RetryTask {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** The dead letter of a FAILED task is not needed any more; the task itself stays FAILED. */
    @JsonTypeName("PurgeDeadTask")
    record PurgeDeadTask(
            String taskId, String capability, @Nullable String requestId) implements TaskCommand {
        public PurgeDeadTask {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Who would get a task now? Changes nothing.
     *
     * @param taskId of a task that there need not be: what {@code trust_weighted} draws from, and what {@code sticky}
     *     keeps to without a key
     * @param routingStrategy if none, the default
     * @param minTrust 0 to 1; if none, 0
     */
    @JsonTypeName("TestRouting")
    record TestRouting(
            String taskId,
            String capability,
            @Nullable String requestId,
            @Nullable RoutingStrategy routingStrategy,
            @Nullable String stickyKey,
            @Nullable Double minTrust)
            implements TaskCommand {
        public TestRouting {
            Objects.requireNonNull(taskId, "task_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of command. */
    interface Visitor<R> {
        R visit(SubmitTask command);

        R visit(CancelTask command);

        R visit(ChangePriority command);

        R visit(ChangeTimeout command);

        R visit(RetryTask command);

        R visit(PurgeDeadTask command);

        R visit(TestRouting command);
    }
}
