package io.ains.registry.tasks;

import io.ains.registry.agents.AgentQueries;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The long poll of agents that speak HTTP. */
@RestController
class NextTaskController {
    private final AgentQueries agents;
    private final LongPolls polls;

    NextTaskController(AgentQueries agents, LongPolls polls) {
        this.agents = agents;
        this.polls = polls;
    }

    record NextTasks(List<TaskView> tasks) {}

    /**
     * An agent's assigned tasks, the oldest first: at once when there are any, else as soon as one comes.
     *
     * @param wait how many seconds to wait for the first
     * @param limit how many, at most
     */
    @GetMapping("/ains/agents/{agentId}/tasks/next")
    CompletableFuture<NextTasks> next(
            @PathVariable @Id String agentId,
            @RequestParam(defaultValue = "0") @Min(0) @Max(30) int wait,
            @RequestParam(defaultValue = "1") @Min(1) @Max(100) int limit) {
        if (!agents.exists(agentId)) {
            throw Problems.unknown("agent", agentId);
        }
        return polls.next(agentId, limit, Duration.ofSeconds(wait)).thenApply(NextTasks::new);
    }
}
