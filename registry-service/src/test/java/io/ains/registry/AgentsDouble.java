package io.ains.registry;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.Tick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The agents of the {@link ControlPlaneDouble}. */
final class AgentsDouble {
    private static final double TRUST = 0.5;

    private final ControlPlaneDouble out;
    final Map<String, AgentState> states = new TreeMap<>();
    final Set<String> everOffered = new HashSet<>();

    AgentsDouble(ControlPlaneDouble out) {
        this.out = out;
    }

    void take(RegistrationEvent request, long at) {
        request.accept(new RegistrationEvent.Visitor<Boolean>() {
            @Override
            public Boolean visit(RegistrationEvent.AgentRegistration event) {
                AgentState known = states.get(event.agentId());
                if (known != null && !Objects.equals(known.publicKey(), event.publicKey())) {
                    return reject(event, "AgentRegistration", RejectionCode.IDENTITY_TAKEN, at);
                }
                List<Capability> capabilities = event.capabilities() != null
                        ? event.capabilities()
                        : known == null ? List.of() : known.capabilities();
                long firstAt = known == null ? at : known.registeredAt();
                // The event first, so that the registry has to wait for the state.
                out.emit(new AgentEvent.Registered(
                        event.agentId(), at, event.requestId(), event.sessionId(), true, firstAt));
                return keep(new AgentState(
                        event.agentId(),
                        event.sessionId(),
                        AgentStatus.AVAILABLE,
                        StatusReason.REGISTERED,
                        at,
                        List.of(),
                        String.valueOf(event.displayName()),
                        event.description(),
                        event.endpoint(),
                        event.publicKey(),
                        event.tags(),
                        event.delivery(),
                        event.heartbeatIntervalMs(),
                        capabilities,
                        firstAt,
                        null,
                        null,
                        null,
                        null,
                        null,
                        TRUST,
                        0,
                        0,
                        null,
                        null,
                        1,
                        1,
                        1));
            }

            @Override
            public Boolean visit(RegistrationEvent.AgentDeregistration event) {
                AgentState known = states.remove(event.agentId());
                if (known == null) {
                    return reject(event, "AgentDeregistration", RejectionCode.UNKNOWN_AGENT, at);
                }
                out.emit(new AgentEvent.Deregistered(
                        event.agentId(), at, event.requestId(), known.sessionId(), event.reason()));
                out.emitState(event.agentId(), null);
                return true;
            }

            @Override
            public Boolean visit(RegistrationEvent.CapabilityPublication event) {
                AgentState known = states.get(event.agentId());
                if (known == null) {
                    return reject(event, "CapabilityPublication", RejectionCode.UNKNOWN_AGENT, at);
                }
                List<Capability> capabilities =
                        without(known, event.capability().name());
                capabilities.add(event.capability());
                out.emit(
                        new AgentEvent.CapabilityPublished(event.agentId(), at, event.requestId(), event.capability()));
                return keep(changed(known, known.status(), capabilities, known.lastHeartbeatAt()));
            }

            @Override
            public Boolean visit(RegistrationEvent.CapabilityRemoval event) {
                AgentState known = states.get(event.agentId());
                if (known == null) {
                    return reject(event, "CapabilityRemoval", RejectionCode.UNKNOWN_AGENT, at);
                }
                List<Capability> capabilities = without(known, event.capability());
                if (capabilities.size() == known.capabilities().size()) {
                    return reject(event, "CapabilityRemoval", RejectionCode.UNKNOWN_CAPABILITY, at);
                }
                out.emit(new AgentEvent.CapabilityRemoved(event.agentId(), at, event.requestId(), event.capability()));
                return keep(changed(known, known.status(), capabilities, known.lastHeartbeatAt()));
            }

            @Override
            public Boolean visit(RegistrationEvent.TrustAdjustment event) {
                AgentState known = states.get(event.agentId());
                if (known == null) {
                    return reject(event, "TrustAdjustment", RejectionCode.UNKNOWN_AGENT, at);
                }
                double after = Math.max(0, Math.min(1, known.trustScore() + event.delta()));
                out.emit(new AgentEvent.TrustChanged(
                        event.agentId(),
                        at,
                        event.requestId(),
                        "ADJUSTED",
                        after - known.trustScore(),
                        known.trustScore(),
                        after,
                        event.reason(),
                        null));
                return keep(changed(known, known.status(), known.capabilities(), known.lastHeartbeatAt(), after));
            }
        });
    }

    void take(HeartbeatEvent event, long at) {
        event.accept(new HeartbeatEvent.Visitor<Boolean>() {
            @Override
            public Boolean visit(HeartbeatEvent.Heartbeat heartbeat) {
                AgentState known = states.get(heartbeat.agentId());
                AgentStatus status = switch (heartbeat.status()) {
                    case ACTIVE -> AgentStatus.AVAILABLE;
                    case DEGRADED -> AgentStatus.BUSY;
                    case OFFLINE -> AgentStatus.INACTIVE;
                };
                return known != null && keep(changed(known, status, known.capabilities(), at));
            }

            @Override
            public Boolean visit(Tick tick) {
                return false;
            }
        });
    }

    private boolean reject(RegistrationEvent event, String type, RejectionCode code, long at) {
        out.emit(new AgentEvent.RequestRejected(
                event.agentId(), at, event.requestId(), null, type, code, "expected otherwise: " + code));
        return false;
    }

    private boolean keep(AgentState state) {
        states.put(state.agentId(), state);
        state.capabilities().forEach(capability -> everOffered.add(capability.name()));
        out.emitState(state.agentId(), state);
        return true;
    }

    private static List<Capability> without(AgentState state, String name) {
        List<Capability> others = new ArrayList<>(state.capabilities());
        others.removeIf(capability -> capability.name().equals(name));
        return others;
    }

    private static AgentState changed(
            AgentState known, AgentStatus status, List<Capability> capabilities, @Nullable Long lastHeartbeatAt) {
        return changed(known, status, capabilities, lastHeartbeatAt, known.trustScore());
    }

    private static AgentState changed(
            AgentState known,
            AgentStatus status,
            List<Capability> capabilities,
            @Nullable Long lastHeartbeatAt,
            double trust) {
        return new AgentState(
                known.agentId(),
                known.sessionId(),
                status,
                known.statusReason(),
                known.statusSince(),
                known.resting(),
                known.displayName(),
                known.description(),
                known.endpoint(),
                known.publicKey(),
                known.tags(),
                known.delivery(),
                known.heartbeatIntervalMs(),
                capabilities,
                known.registeredAt(),
                lastHeartbeatAt,
                known.uptimeMs(),
                known.heartbeatRate(),
                known.heartbeatJitterMs(),
                known.metrics(),
                trust,
                known.tasksCompleted(),
                known.tasksFailed(),
                known.avgCompletionMs(),
                known.lastTaskCompletedAt(),
                known.availability1m(),
                known.availability5m(),
                known.availability60m());
    }
}
