package io.ains.registry.tasks;

import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
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
import java.util.function.Function;
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
    private final ControlPlane controlPlane;
    private final TaskQueries tasks;

    TaskCommandController(ControlPlane controlPlane, TaskQueries tasks) {
        this.controlPlane = controlPlane;
        this.tasks = tasks;
    }

    @PostMapping("/aitp/tasks")
    CompletableFuture<ResponseEntity<Object>> submit(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable @Id String idempotencyKey,
            @RequestBody @Valid SubmissionBody body) {
        body.requirePriorityFromOne();
        return submitFromZero(prefer, idempotencyKey, body);
    }

    @PostMapping("/ains/tasks")
    CompletableFuture<ResponseEntity<Object>> submitFromZero(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable @Id String idempotencyKey,
            @RequestBody @Valid SubmissionBody body) {
        String id = body.taskId() != null ? body.taskId() : idempotencyKey;
        String taskId = id != null ? id : UUID.randomUUID().toString();
        var command = new TaskCommand.SubmitTask(ControlPlane.newRequestId(), body.toSpec(taskId, Instant.now()));
        return controlPlane.ask(
                prefer,
                command,
                event -> tasks.find(taskId)
                        .orElseThrow(() ->
                                Problems.unavailable("the task was accepted, but is not in the tables any more")));
    }

    record StatusAnswer(String taskId, TaskStatus status, int retryCount, Instant updatedAt) {}

    @PutMapping("/aitp/tasks/{taskId}/status")
    CompletableFuture<ResponseEntity<Object>> report(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable String taskId,
            @RequestParam("agent_id") @Id String agentId,
            @RequestBody @Valid StatusBody body) {
        TaskQueries.Head task = head(taskId);
        var report = body.toResult(taskId, agentId, ControlPlane.newRequestId());
        return explained(
                taskId,
                controlPlane.report(
                        prefer, task.capability(), report, event -> statusAnswer(event, task.retryCount())));
    }

    private static StatusAnswer statusAnswer(TaskEvent event, int retriesBefore) {
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

    record Cancellation(
            String taskId,
            TaskStatus status,
            Instant cancelledAt,
            @Nullable String reason) {}

    @DeleteMapping("/aitp/tasks/{taskId}")
    CompletableFuture<ResponseEntity<Object>> cancel(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable String taskId,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId,
            @RequestParam(required = false) @Nullable @Size(max = 1_000) String reason) {
        var command = new TaskCommand.CancelTask(
                taskId, head(taskId).capability(), ControlPlane.newRequestId(), clientId, reason);
        return ask(
                prefer,
                command,
                event -> new Cancellation(taskId, TaskStatus.CANCELLED, Instant.ofEpochMilli(event.at()), reason));
    }

    record PriorityAnswer(String taskId, int oldPriority, int newPriority, TaskStatus status) {}

    @PutMapping("/aitp/tasks/{taskId}/priority")
    CompletableFuture<ResponseEntity<Object>> changePriority(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable String taskId,
            @RequestParam("new_priority") @Min(1) @Max(10) int newPriority,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId) {
        var command = new TaskCommand.ChangePriority(
                taskId, head(taskId).capability(), ControlPlane.newRequestId(), clientId, newPriority);
        return ask(prefer, command, event -> {
            var changed = expected(TaskEvent.PriorityChanged.class, event);
            return new PriorityAnswer(taskId, changed.oldPriority(), changed.newPriority(), changed.status());
        });
    }

    record TimeoutAnswer(String taskId, int oldTimeoutSeconds, int newTimeoutSeconds, TaskStatus status) {}

    @PutMapping("/aitp/tasks/{taskId}/timeout")
    CompletableFuture<ResponseEntity<Object>> changeTimeout(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable String taskId,
            @RequestParam("timeout_seconds") @Min(1) @Max(86_400) int timeoutSeconds,
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId) {
        var command = new TaskCommand.ChangeTimeout(
                taskId, head(taskId).capability(), ControlPlane.newRequestId(), clientId, timeoutSeconds);
        return ask(prefer, command, event -> {
            var changed = expected(TaskEvent.TimeoutChanged.class, event);
            return new TimeoutAnswer(
                    taskId, changed.oldTimeoutSeconds(), changed.newTimeoutSeconds(), changed.status());
        });
    }

    private TaskQueries.Head head(String taskId) {
        return tasks.head(taskId).orElseThrow(() -> Problems.unknown("task", taskId));
    }

    private CompletableFuture<ResponseEntity<Object>> ask(
            @Nullable String prefer, TaskCommand command, Function<TaskEvent, Object> answer) {
        return explained(command.taskId(), controlPlane.ask(prefer, command, answer));
    }

    /** The dispatcher forgets a task some time after its end; the tables still know that it had one. */
    private CompletableFuture<ResponseEntity<Object>> explained(
            String taskId, CompletableFuture<ResponseEntity<Object>> reply) {
        return reply.exceptionally(thrown -> {
            RuntimeException failure = Problems.wrap(thrown);
            if (failure instanceof Problems.Refused refused && refused.code() == RejectionCode.UNKNOWN_TASK) {
                tasks.head(taskId).filter(task -> task.status().isTerminal()).ifPresent(task -> {
                    throw Problems.rejected(
                            RejectionCode.WRONG_STATE,
                            "expected a task that has not ended, but it is " + task.status());
                });
            }
            throw failure;
        });
    }

    private static <T extends TaskEvent> T expected(Class<T> type, TaskEvent event) {
        if (!type.isInstance(event)) {
            throw new IllegalStateException("expected " + type.getSimpleName() + " as the answer, but got "
                    + event.getClass().getSimpleName());
        }
        return type.cast(event);
    }
}
