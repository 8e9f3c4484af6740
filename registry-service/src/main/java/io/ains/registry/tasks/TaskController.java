package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.http.Id;
import io.ains.registry.http.Page;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is known of tasks. */
@RestController
class TaskController {
    private final TaskQueries tasks;

    TaskController(TaskQueries tasks) {
        this.tasks = tasks;
    }

    /** A task, whole. */
    @GetMapping({"/aitp/tasks/{taskId}", "/ains/tasks/{taskId}"})
    TaskView get(@PathVariable @Id String taskId) {
        return tasks.find(taskId).orElseThrow(() -> Problems.unknown("task", taskId));
    }

    record TaskList(List<TaskView> tasks, long total, int limit, int offset) {}

    /**
     * Lists tasks, the newest first, each whole, so that an agent that polls can read its input.
     *
     * @param clientId whose they are
     * @param status that they have
     * @param taskType that their client gave them
     * @param capability that they ask for
     * @param assignedAgentId who has them, or had them last
     * @param limit how many, at most
     * @param offset how many to leave out
     */
    @GetMapping("/aitp/tasks")
    TaskList list(
            @RequestParam(name = "client_id", required = false) @Nullable @Id String clientId,
            @RequestParam(required = false) @Nullable TaskStatus status,
            @RequestParam(name = "task_type", required = false) @Nullable @Id String taskType,
            @RequestParam(required = false) @Nullable @Id String capability,
            @RequestParam(name = "assigned_agent_id", required = false) @Nullable @Id String assignedAgentId,
            @RequestParam(defaultValue = "20") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        var filter = new TaskFilter(clientId, status, taskType, capability, assignedAgentId);
        Page<TaskView> page = tasks.list(filter, limit, offset);
        return new TaskList(page.items(), page.total(), limit, offset);
    }

    record TaskHistory(String taskId, List<TaskQueries.Step> events) {}

    /** A task's whole history, in order. */
    @GetMapping("/aitp/tasks/{taskId}/events")
    TaskHistory events(@PathVariable @Id String taskId) {
        List<TaskQueries.Step> steps = tasks.history(taskId);
        if (steps.isEmpty()) {
            throw Problems.unknown("task", taskId);
        }
        return new TaskHistory(taskId, steps);
    }
}
