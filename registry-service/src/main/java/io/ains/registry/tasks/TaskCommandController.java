package io.ains.registry.tasks;

import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What clients and agents ask of the dispatcher about a task; each is answered with its decision. */
@RestController
class TaskCommandController {
    private final TaskCommands commands;
    private final TaskQueries tasks;
    private final DeadLetterQueries deadLetters;

    TaskCommandController(TaskCommands commands, TaskQueries tasks, DeadLetterQueries deadLetters) {
        this.commands = commands;
        this.tasks = tasks;
        this.deadLetters = deadLetters;
    }

    /**
     * Submits a task. The same id again is the same task.
     *
     * @param prefer {@code respond-async} for 202 as soon as Kafka has the command
     * @param idempotencyKey the task's id, if the body has none
     */
    @PostMapping("/aitp/tasks")
    CompletableFuture<ResponseEntity<TaskView>> submit(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable @Id String idempotencyKey,
            @RequestBody @Valid SubmissionBody body) {
        body.requirePriorityFromOne();
        return submitFromZero(prefer, idempotencyKey, body);
    }

    /** Submits a task by the older route, on which a priority of 0, below all, is allowed too. */
    @PostMapping("/ains/tasks")
    CompletableFuture<ResponseEntity<TaskView>> submitFromZero(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable @Id String idempotencyKey,
            @RequestBody @Valid SubmissionBody body) {
        String id = body.taskId() != null ? body.taskId() : idempotencyKey;
        String taskId = id != null ? id : UUID.randomUUID().toString();
        var command = new TaskCommand.SubmitTask(ControlPlane.newRequestId(), body.toSpec(taskId, Instant.now()));
        return commands.ask(
                prefer,
                command,
                decision -> tasks.find(taskId)
                        .orElseThrow(() ->
                                Problems.unavailable("the task was accepted, but is not in the tables any more")));
    }

    record StatusAnswer(String taskId, TaskStatus status, int retryCount, Instant updatedAt) {
        static StatusAnswer of(TaskEvent event, int retriesBefore) {
            TaskStatus status = TaskStatus.ACTIVE;
            int retries = retriesBefore;
            if (event instanceof TaskEvent.Requeued requeued) {
                status = TaskStatus.PENDING;
                retries = requeued.retryCount();
            } else if (event instanceof TaskEvent.Failed failed) {
                status = TaskStatus.FAILED;
                retries = failed.retryCount();
            } else if (event instanceof TaskEvent.Completed) {
                status = TaskStatus.COMPLETED;
            }
            return new StatusAnswer(event.taskId(), status, retries, Instant.ofEpochMilli(event.at()));
        }
    }

    /**
     * An agent's report about a task that it was given. COMPLETED straight from ASSIGNED is fine.
     *
     * @param agentId who reports; 403 if the task is not assigned to it
     */
    @PutMapping("/aitp/tasks/{taskId}/status")
    CompletableFuture<ResponseEntity<StatusAnswer>> report(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId,
            @RequestParam("agent_id") @Id String agentId,
            @RequestBody @Valid StatusBody body) {
        TaskQueries.Head task = commands.head(taskId);
        var report = body.toResult(taskId, agentId, ControlPlane.newRequestId());
        return commands.report(
                prefer, task.capability(), report, decision -> StatusAnswer.of(decision.event(), task.retryCount()));
    }

    record Cancellation(
            String taskId,
            TaskStatus status,
            Instant cancelledAt,
            @Nullable String reason) {}

    /**
     * Cancels a task; an agent that runs it is told.
     *
     * @param clientId if given, the task must be this client's, else 403
     * @param reason for the record
     */
    @DeleteMapping("/aitp/tasks/{taskId}")
    CompletableFuture<ResponseEntity<Cancellation>> cancel(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId,
            @RequestParam(required = false) @Nullable @Size(max = 1_000) String reason) {
        var command = new TaskCommand.CancelTask(
                taskId, commands.head(taskId).capability(), ControlPlane.newRequestId(), clientId, reason);
        return commands.ask(
                prefer,
                command,
                decision -> new Cancellation(
                        taskId,
                        TaskStatus.CANCELLED,
                        Instant.ofEpochMilli(decision.event().at()),
                        reason));
    }

    record PriorityAnswer(String taskId, int oldPriority, int newPriority, TaskStatus status) {}

    /**
     * Moves a waiting task in its queue; 400 unless it waits.
     *
     * @param clientId if given, the task must be this client's, else 403
     */
    @PutMapping("/aitp/tasks/{taskId}/priority")
    CompletableFuture<ResponseEntity<PriorityAnswer>> changePriority(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId,
            @RequestParam("new_priority") @Min(1) @Max(10) int newPriority,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId) {
        var command = new TaskCommand.ChangePriority(
                taskId, commands.head(taskId).capability(), ControlPlane.newRequestId(), clientId, newPriority);
        return commands.ask(prefer, command, decision -> {
            var changed = expected(TaskEvent.PriorityChanged.class, decision.event());
            return new PriorityAnswer(taskId, changed.oldPriority(), changed.newPriority(), changed.status());
        });
    }

    record TimeoutAnswer(String taskId, int oldTimeoutSeconds, int newTimeoutSeconds, TaskStatus status) {}

    /**
     * Changes the time that an attempt may run, also of the attempt that runs; 400 if the task has ended.
     *
     * @param timeoutSeconds from the start of the attempt
     * @param clientId if given, the task must be this client's, else 403
     */
    @PutMapping("/aitp/tasks/{taskId}/timeout")
    CompletableFuture<ResponseEntity<TimeoutAnswer>> changeTimeout(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId,
            @RequestParam("timeout_seconds") @Min(1) @Max(86_400) int timeoutSeconds,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId) {
        var command = new TaskCommand.ChangeTimeout(
                taskId, commands.head(taskId).capability(), ControlPlane.newRequestId(), clientId, timeoutSeconds);
        return commands.ask(prefer, command, decision -> {
            var changed = expected(TaskEvent.TimeoutChanged.class, decision.event());
            return new TimeoutAnswer(
                    taskId, changed.oldTimeoutSeconds(), changed.newTimeoutSeconds(), changed.status());
        });
    }

    /** Puts a FAILED task back into the queue with a fresh set of attempts; 400 if it has not failed. */
    @PostMapping("/aitp/tasks/{taskId}/retry")
    CompletableFuture<ResponseEntity<StatusAnswer>> retry(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId) {
        TaskSpec forgotten = deadLetters.task(taskId).orElse(null);
        String capability = forgotten == null ? commands.head(taskId).capability() : forgotten.capability();
        var command = new TaskCommand.RetryTask(taskId, capability, ControlPlane.newRequestId(), forgotten);
        return commands.ask(prefer, command, decision -> StatusAnswer.of(decision.event(), 0));
    }

    private static <T extends TaskEvent> T expected(Class<T> type, TaskEvent event) {
        if (!type.isInstance(event)) {
            throw new IllegalStateException("expected " + type.getSimpleName() + " as the answer, but got "
                    + event.getClass().getSimpleName());
        }
        return type.cast(event);
    }
}
