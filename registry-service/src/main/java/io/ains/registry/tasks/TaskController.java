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

    @GetMapping({"/aitp/tasks/{taskId}", "/ains/tasks/{taskId}"})
    TaskView get(@PathVariable String taskId) {
        return tasks.find(taskId).orElseThrow(() -> Problems.unknown("task", taskId));
    }

    record TaskList(List<TaskView> tasks, long total, int limit, int offset) {}

    @GetMapping("/aitp/tasks")
    TaskList list(
            @RequestParam(name = "client_id", required = false) @Nullable String clientId,
            @RequestParam(required = false) @Nullable TaskStatus status,
            @RequestParam(name = "task_type", required = false) @Nullable String taskType,
            @RequestParam(required = false) @Nullable String capability,
            @RequestParam(name = "assigned_agent_id", required = false) @Nullable @Id String assignedAgentId,
            @RequestParam(defaultValue = "20") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        var filter = new TaskQueries.Filter(clientId, status, taskType, capability, assignedAgentId);
        Page<TaskView> page = tasks.list(filter, limit, offset);
        return new TaskList(page.items(), page.total(), limit, offset);
    }

    record History(String taskId, List<TaskQueries.Step> events) {}

    @GetMapping("/aitp/tasks/{taskId}/events")
    History events(@PathVariable String taskId) {
        List<TaskQueries.Step> steps = tasks.history(taskId);
        if (steps.isEmpty()) {
            throw Problems.unknown("task", taskId);
        }
        return new History(taskId, steps);
    }
}
