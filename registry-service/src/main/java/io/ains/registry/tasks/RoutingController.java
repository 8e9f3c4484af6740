package io.ains.registry.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How an agent is picked for a task. */
@RestController
@RequestMapping("/ains/routing")
class RoutingController {
    private final ControlPlane controlPlane;

    RoutingController(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    record Strategy(RoutingStrategy name, String description) {}

    /** @param defaultStrategy of a task that names none */
    record Strategies(
            List<Strategy> strategies,
            @JsonProperty("default") RoutingStrategy defaultStrategy) {}

    /** Lists the strategies, and which is the default. */
    @GetMapping("/strategies")
    Strategies strategies() {
        return new Strategies(
                Stream.of(RoutingStrategy.values())
                        .map(each -> new Strategy(each, sentence(each)))
                        .toList(),
                RoutingStrategy.LEAST_LOADED);
    }

    private static String sentence(RoutingStrategy strategy) {
        return switch (strategy) {
            case LEAST_LOADED -> "The agent with the smallest share of its slots in use.";
            case ROUND_ROBIN -> "Each agent in turn.";
            case TRUST_WEIGHTED -> "Drawn by trust: an agent that is trusted twice as much is drawn twice as often.";
            case FASTEST -> "The agent with the shortest observed completion time.";
            case STICKY -> "The same agent for the same sticky_key for as long as it can take the task.";
        };
    }

    /** Whom to ask for, as a task would. */
    record TestBody(
            @NotNull @Id String capabilityRequired,
            @Nullable RoutingStrategy routingStrategy,
            @Id @Nullable String stickyKey,
            @DecimalMin("0") @DecimalMax("1") @Nullable Double minTrust) {}

    /**
     * Who would get a task.
     *
     * @param agentId null if nobody can take it now
     * @param reason in words
     */
    record TestAnswer(
            String capabilityRequired,
            RoutingStrategy routingStrategy,
            @Nullable String agentId,
            String reason) {}

    /** Tells who would get a task now, and why; changes nothing. */
    @PostMapping("/test")
    CompletableFuture<ResponseEntity<TestAnswer>> test(@RequestBody @Valid TestBody body) {
        if (body.routingStrategy == RoutingStrategy.STICKY && body.stickyKey == null) {
            throw Problems.invalid("sticky_key", "expected one with the routing_strategy sticky");
        }
        var command = new TaskCommand.TestRouting(
                "test-" + UUID.randomUUID(),
                body.capabilityRequired,
                ControlPlane.newRequestId(),
                body.routingStrategy,
                body.stickyKey,
                body.minTrust);
        return controlPlane.ask(null, command, decision -> {
            var tested = (TaskEvent.RoutingTested) decision.event();
            return new TestAnswer(tested.capability(), tested.routingStrategy(), tested.agentId(), tested.reason());
        });
    }
}
