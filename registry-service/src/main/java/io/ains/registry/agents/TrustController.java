package io.ains.registry.agents;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.RegistrationEvent.TrustAdjustment;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Page;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What agents are worth. */
@RestController
@RequestMapping("/ains/agents")
class TrustController {
    private final ControlPlane controlPlane;
    private final TrustQueries trust;

    TrustController(ControlPlane controlPlane, TrustQueries trust) {
        this.controlPlane = controlPlane;
        this.trust = trust;
    }

    record Leaderboard(List<TrustQueries.Rank> leaderboard) {}

    /**
     * Lists the most trusted agents first.
     *
     * @param minTasks how many attempts an agent must have made to be listed
     */
    @GetMapping("/leaderboard")
    Leaderboard leaderboard(
            @RequestParam(defaultValue = "10") @Min(1) @Max(100) int limit,
            @RequestParam(name = "min_tasks", defaultValue = "0") @Min(0) int minTasks) {
        return new Leaderboard(trust.leaderboard(limit, minTasks));
    }

    /** Tells how far an agent is trusted, and from what that comes. */
    @GetMapping("/{agentId}/trust")
    TrustQueries.Trust get(@PathVariable @Id String agentId) {
        return trust.find(agentId).orElseThrow(() -> Problems.unknown("agent", agentId));
    }

    record TrustHistory(String agentId, List<TrustQueries.Change> history, long total, int limit, int offset) {}

    /** Lists the changes of an agent's trust, newest first. */
    @GetMapping("/{agentId}/trust/history")
    TrustHistory history(
            @PathVariable @Id String agentId,
            @RequestParam(defaultValue = "50") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        get(agentId);
        Page<TrustQueries.Change> page = trust.history(agentId, limit, offset);
        return new TrustHistory(agentId, page.items(), page.total(), limit, offset);
    }

    /**
     * An operator's word on an agent.
     *
     * @param trustDelta to be added; the score stays between 0 and 1
     * @param reason for the record
     */
    record AdjustmentBody(
            @NotNull @DecimalMin("-1") @DecimalMax("1") Double trustDelta,
            @NotBlank @Size(max = 1_000) String reason) {}

    /** @param trustDelta as applied, after the bounds of the score */
    record Adjusted(String recordId, String agentId, double newTrustScore, double trustDelta, Instant createdAt) {}

    /** Raises or lowers an agent's trust. */
    @PostMapping("/{agentId}/trust/adjust")
    CompletableFuture<ResponseEntity<Adjusted>> adjust(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String agentId,
            @RequestBody @Valid AdjustmentBody body) {
        var adjustment = new TrustAdjustment(agentId, ControlPlane.newRequestId(), body.trustDelta, body.reason);
        return controlPlane.ask(prefer, adjustment, decision -> {
            var changed = (AgentEvent.TrustChanged) decision.event();
            return new Adjusted(
                    decision.id(), agentId, changed.after(), changed.delta(), Instant.ofEpochMilli(changed.at()));
        });
    }
}
