package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.http.Id;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Many tasks in one request; each stands alone. */
@RestController
@RequestMapping("/aitp/tasks/batch")
class BatchController {
    private final Batches batches;
    private final TaskQueries tasks;

    BatchController(Batches batches, TaskQueries tasks) {
        this.batches = batches;
        this.tasks = tasks;
    }

    /**
     * Tasks of one client.
     *
     * @param clientId of those that name none
     * @param tasks 1 to 1,000, each as for {@code POST /aitp/tasks}
     */
    record BatchBody(
            @NotNull @Id String clientId,
            @NotNull @Size(min = 1, max = Batches.MAX) List<JsonNode> tasks) {}

    /** Submits many tasks. One that is refused does not harm the others: it is among the errors, by its place. */
    @PostMapping
    CompletableFuture<ResponseEntity<Batches.Submitted>> submit(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestBody @Valid BatchBody body) {
        return batches.submit(prefer, body.clientId(), body.tasks());
    }

    record BatchStatus(int total, Map<TaskStatus, Integer> statusCounts, List<TaskQueries.Standing> tasks) {}

    /**
     * Tells where many tasks stand. Those that are not known are left out.
     *
     * @param taskIds 1 to 1,000 ids, separated by commas
     */
    @GetMapping("/status")
    BatchStatus status(@RequestParam("task_ids") @NotNull @Size(min = 1, max = Batches.MAX) List<@Id String> taskIds) {
        List<TaskQueries.Standing> found = tasks.standings(taskIds);
        Map<TaskStatus, Integer> counts = new LinkedHashMap<>();
        found.forEach(task -> counts.merge(task.status(), 1, Integer::sum));
        return new BatchStatus(found.size(), counts, found);
    }

    /**
     * Cancels many tasks, of which only the client's own are.
     *
     * @param taskIds 1 to 1,000 ids, separated by commas
     * @param clientId whose they must be
     * @param reason for the record
     */
    @PostMapping("/cancel")
    CompletableFuture<ResponseEntity<Batches.Cancelled>> cancel(
            @RequestParam("task_ids") @NotNull @Size(min = 1, max = Batches.MAX) List<@Id String> taskIds,
            @RequestParam("client_id") @Id String clientId,
            @RequestParam(required = false) @Nullable @Size(max = 1_000) String reason) {
        return batches.cancel(taskIds, clientId, reason);
    }
}
