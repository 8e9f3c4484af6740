package io.ains.registry.agents;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Page;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Agents: their registration, their sign of life, and what is known of them. */
@RestController
@RequestMapping("/ains/agents")
class AgentController {
    private final ControlPlane controlPlane;
    private final AgentQueries agents;

    AgentController(ControlPlane controlPlane, AgentQueries agents) {
        this.controlPlane = controlPlane;
        this.agents = agents;
    }

    /**
     * Registers an agent that speaks HTTP. The same key again is a new session of the same agent; an id that belongs to
     * another key is 409.
     *
     * @param prefer {@code respond-async} for 202 as soon as Kafka has the command
     */
    @PostMapping
    CompletableFuture<ResponseEntity<AgentView.Registered>> register(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @RequestBody @Valid RegistrationBody body) {
        var registration = body.toRegistration(UUID.randomUUID().toString(), ControlPlane.newRequestId());
        return controlPlane.ask(
                prefer, registration, decision -> find(body.agentId()).registered());
    }

    record AgentList(List<AgentView.Summary> agents, long total, int limit, int offset) {}

    /**
     * Lists agents by id.
     *
     * @param status that they have
     * @param capability that they offer
     * @param limit how many, at most
     * @param offset how many to leave out
     */
    @GetMapping
    AgentList list(
            @RequestParam(required = false) @Nullable AgentStatus status,
            @RequestParam(required = false) @Nullable @Id String capability,
            @RequestParam(defaultValue = "10") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        Page<AgentView> page = agents.list(status, capability, limit, offset);
        return new AgentList(page.items().stream().map(AgentView::summary).toList(), page.total(), limit, offset);
    }

    /** All that is known of an agent. */
    @GetMapping("/{agentId}")
    AgentView get(@PathVariable @Id String agentId) {
        return find(agentId);
    }

    record Gone(String agentId, String status) {}

    /**
     * Forgets an agent; its tasks go back to the queue.
     *
     * @param reason for the record
     */
    @DeleteMapping("/{agentId}")
    CompletableFuture<ResponseEntity<Gone>> deregister(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String agentId,
            @RequestParam(required = false) @Nullable String reason) {
        var deregistration = new AgentDeregistration(agentId, ControlPlane.newRequestId(), reason);
        return controlPlane.ask(prefer, deregistration, decision -> new Gone(agentId, "deregistered"));
    }

    record HeartbeatAnswer(
            boolean acknowledged,
            double nextHeartbeatIn,
            HealthStatus agentHealthStatus,
            AgentStatus agentStatus,
            Instant lastHeartbeat) {}

    /** A sign of life. It is answered as soon as Kafka has it; nextHeartbeatIn is in seconds. */
    @PostMapping("/{agentId}/heartbeat")
    CompletableFuture<HeartbeatAnswer> heartbeat(
            @PathVariable @Id String agentId, @RequestBody @Valid HeartbeatBody body) {
        double interval =
                agents.heartbeatIntervalMs(agentId).orElseThrow(() -> Problems.unknown("agent", agentId)) / 1000.0;
        AgentStatus meaning = switch (body.status()) {
            case ACTIVE -> AgentStatus.AVAILABLE;
            case DEGRADED -> AgentStatus.BUSY;
            case OFFLINE -> AgentStatus.INACTIVE;
        };
        return controlPlane
                .send(body.toHeartbeat(agentId))
                .thenApply(at -> new HeartbeatAnswer(true, interval, body.status(), meaning, Instant.ofEpochMilli(at)));
    }

    private AgentView find(String agentId) {
        return agents.find(agentId).orElseThrow(() -> Problems.unknown("agent", agentId));
    }
}
