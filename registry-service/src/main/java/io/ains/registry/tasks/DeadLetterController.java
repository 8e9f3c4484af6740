package io.ains.registry.tasks;

import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Page;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The tasks that used up their attempts. */
@RestController
@RequestMapping("/aitp/dead-letters")
class DeadLetterController {
    private final TaskCommands commands;
    private final DeadLetterQueries deadLetters;

    DeadLetterController(TaskCommands commands, DeadLetterQueries deadLetters) {
        this.commands = commands;
        this.deadLetters = deadLetters;
    }

    record DeadLetterList(List<DeadLetterQueries.DeadLetter> deadLetters, long total, int limit, int offset) {}

    /**
     * Lists the tasks that used up their attempts, each with its last error, newest first.
     *
     * @param capability of the tasks
     */
    @GetMapping
    DeadLetterList list(
            @RequestParam(required = false) @Nullable @Id String capability,
            @RequestParam(defaultValue = "20") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        Page<DeadLetterQueries.DeadLetter> page = deadLetters.list(capability, limit, offset);
        return new DeadLetterList(page.items(), page.total(), limit, offset);
    }

    record Purged(String taskId, String status) {}

    /** Forgets a dead letter. The task stays FAILED, and cannot be tried again once the dispatcher has forgotten it. */
    @DeleteMapping("/{taskId}")
    CompletableFuture<ResponseEntity<Purged>> purge(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String taskId) {
        TaskSpec task = deadLetters.task(taskId).orElseThrow(() -> Problems.unknown("dead letter", taskId));
        var command = new TaskCommand.PurgeDeadTask(taskId, task.capability(), ControlPlane.newRequestId());
        return commands.ask(prefer, command, decision -> new Purged(taskId, "purged"));
    }
}
