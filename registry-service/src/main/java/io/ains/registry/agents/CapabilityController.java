package io.ains.registry.agents;

import io.ains.protocol.Capability;
import io.ains.protocol.RegistrationEvent.CapabilityPublication;
import io.ains.protocol.RegistrationEvent.CapabilityRemoval;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import java.util.List;
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
import org.springframework.web.bind.annotation.RestController;

/** What agents offer. */
@RestController
@RequestMapping("/ains/agents/{agentId}/capabilities")
class CapabilityController {
    private final ControlPlane controlPlane;
    private final AgentQueries agents;

    CapabilityController(ControlPlane controlPlane, AgentQueries agents) {
        this.controlPlane = controlPlane;
        this.agents = agents;
    }

    /** What became of an agent's capability; {@code capabilityId} is {@code agent:name}. */
    record Offer(String capabilityId, String agentId, String name, String status) {
        static Offer of(String agentId, String name, String status) {
            return new Offer(agentId + ":" + name, agentId, name, status);
        }
    }

    /** Publishes a capability of an agent, or replaces it. */
    @PostMapping
    CompletableFuture<ResponseEntity<Offer>> publish(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String agentId,
            @RequestBody @Valid CapabilityBody body) {
        var publication = new CapabilityPublication(agentId, ControlPlane.newRequestId(), body.toCapability());
        return controlPlane.ask(prefer, publication, decision -> Offer.of(agentId, body.name(), "published"));
    }

    record CapabilityList(String agentId, List<Capability> capabilities, int total) {}

    /** Lists what an agent offers, with all that it said of it. */
    @GetMapping
    CapabilityList list(@PathVariable @Id String agentId) {
        List<Capability> capabilities = agents.find(agentId)
                .orElseThrow(() -> Problems.unknown("agent", agentId))
                .capabilities();
        return new CapabilityList(agentId, capabilities, capabilities.size());
    }

    /** Takes a capability of an agent back. */
    @DeleteMapping("/{name}")
    CompletableFuture<ResponseEntity<Offer>> remove(
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @PathVariable @Id String agentId,
            @PathVariable @Id String name) {
        var removal = new CapabilityRemoval(agentId, ControlPlane.newRequestId(), name);
        return controlPlane.ask(prefer, removal, decision -> Offer.of(agentId, name, "removed"));
    }
}
