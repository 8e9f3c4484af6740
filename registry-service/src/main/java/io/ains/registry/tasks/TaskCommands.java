package io.ains.registry.tasks;

import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.commands.Decision;
import io.ains.registry.http.Problems;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Commands about tasks that the tables know. Safe for many threads. */
@Component
class TaskCommands {
    private final ControlPlane controlPlane;
    private final TaskQueries tasks;

    TaskCommands(ControlPlane controlPlane, TaskQueries tasks) {
        this.controlPlane = controlPlane;
        this.tasks = tasks;
    }

    /** @throws org.springframework.web.ErrorResponseException 404 if nothing has this id */
    TaskQueries.Head head(String taskId) {
        return tasks.head(taskId).orElseThrow(() -> Problems.unknown("task", taskId));
    }

    <B> CompletableFuture<ResponseEntity<B>> ask(
            @Nullable String prefer, TaskCommand command, Function<Decision<TaskEvent>, B> answer) {
        return controlPlane.ask(prefer, command, answer).exceptionally(failure -> explain(command.taskId(), failure));
    }

    <B> CompletableFuture<ResponseEntity<B>> report(
            @Nullable String prefer,
            String capability,
            TaskResult.Report report,
            Function<Decision<TaskEvent>, B> answer) {
        return controlPlane
                .<B>report(prefer, capability, report, answer)
                .exceptionally(failure -> explain(report.taskId(), failure));
    }

    CompletableFuture<Decision<TaskEvent>> decide(TaskCommand command) {
        return controlPlane.decide(command).exceptionally(failure -> explain(command.taskId(), failure));
    }

    /** The dispatcher forgets a task some time after its end; the tables still know that it had one. */
    private <T> T explain(String taskId, Throwable thrown) {
        RuntimeException failure = Problems.wrap(thrown);
        if (failure instanceof Problems.Refused refused && refused.code() == RejectionCode.UNKNOWN_TASK) {
            tasks.head(taskId).filter(task -> task.status().isTerminal()).ifPresent(task -> {
                throw Problems.rejected(
                        RejectionCode.WRONG_STATE, "expected a task that has not ended, but it is " + task.status());
            });
        }
        throw failure;
    }
}
