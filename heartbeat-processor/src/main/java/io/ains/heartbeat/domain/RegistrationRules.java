package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.RegistrationEvent.CapabilityPublication;
import io.ains.protocol.RegistrationEvent.CapabilityRemoval;
import io.ains.protocol.RegistrationEvent.TrustAdjustment;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides on what is said of an agent's identity. One instance sees one record: what is known, and the time. */
final class RegistrationRules implements RegistrationEvent.Visitor<Decision> {
    private final @Nullable AgentRecord known;
    private final Damping damping;
    private final long time;

    private RegistrationRules(@Nullable AgentRecord known, Damping damping, long time) {
        this.known = known;
        this.damping = damping;
        this.time = time;
    }

    static Decision decide(RegistrationEvent request, @Nullable AgentRecord known, Damping damping, long time) {
        RegistrationRules rules = new RegistrationRules(known, damping, time);
        String fault = Checks.faultOfAddress(request);
        return fault == null ? request.accept(rules) : rules.refused(request, null, RejectionCode.INVALID, fault);
    }

    @Override
    public Decision visit(AgentRegistration said) {
        String fault = Checks.faultOf(said);
        if (fault != null) {
            return refused(said, said.sessionId(), RejectionCode.INVALID, fault);
        }
        AgentRecord before = known;
        if (before == null) {
            return enrolled(said, firstRecord(said), true, List.of());
        }
        String key = before.profile().publicKey();
        if (key != null && !key.equalsIgnoreCase(said.publicKey())) {
            return refused(
                    said,
                    said.sessionId(),
                    RejectionCode.IDENTITY_TAKEN,
                    "expected the public key that " + said.agentId() + " was registered with, but got "
                            + (said.publicKey() == null ? "none" : "another"));
        }
        if (before.replacedSessions().contains(said.sessionId())) {
            return refused(
                    said,
                    said.sessionId(),
                    RejectionCode.STALE_SESSION,
                    "expected a session that no newer one has replaced, but got " + said.sessionId());
        }
        AgentRecord after = before.with(Profile.of(said));
        if (said.capabilities() != null) {
            after = after.with(said.capabilities());
        }
        Standing standing = after.standing();
        boolean newSession = !standing.sessionId().equals(said.sessionId());
        if (newSession) {
            after = damping.believe(before, after.with(Standing.ofNewSession(said.sessionId(), time)), time);
        } else if (standing.status() == AgentStatus.SUSPECT || standing.isDead()) {
            // It speaks, so it lives. What it says of its health (BUSY, a goodbye) stands until a heartbeat.
            Standing alive = standing.with(AgentStatus.AVAILABLE, StatusReason.REGISTERED, time);
            after = damping.believe(before, after.with(alive), time);
        }
        List<AgentEvent> changes =
                after.standing().status() == before.standing().status()
                        ? List.of()
                        : List.of(StatusRules.changed(
                                said.agentId(), before.standing(), after.standing(), said.requestId(), time));
        return enrolled(said, after, newSession, changes);
    }

    private AgentRecord firstRecord(AgentRegistration said) {
        return new AgentRecord(
                said.agentId(),
                time,
                Profile.of(said),
                Objects.requireNonNullElse(said.capabilities(), List.of()),
                Standing.ofNewSession(said.sessionId(), time),
                List.of(),
                Trust.INITIAL,
                Returns.NONE,
                Vitals.NONE);
    }

    private Decision enrolled(AgentRegistration said, AgentRecord after, boolean newSession, List<AgentEvent> changes) {
        String fault = Checks.faultOf(after);
        if (fault != null) {
            return refused(said, said.sessionId(), RejectionCode.INVALID, fault);
        }
        List<AgentEvent> events = new ArrayList<>();
        events.add(new AgentEvent.Registered(
                said.agentId(), time, said.requestId(), said.sessionId(), newSession, after.registeredAt()));
        events.addAll(changes);
        return Decision.of(Decision.Effect.ENROL, after, events);
    }

    @Override
    public Decision visit(AgentDeregistration request) {
        if (known == null) {
            return unknown(request);
        }
        return Decision.forgotten(new AgentEvent.Deregistered(
                request.agentId(), time, request.requestId(), known.standing().sessionId(), request.reason()));
    }

    @Override
    public Decision visit(CapabilityPublication request) {
        if (known == null) {
            return unknown(request);
        }
        List<Capability> capabilities = new ArrayList<>(known.capabilities());
        int index = indexOf(capabilities, request.capability().name());
        if (index < 0) {
            capabilities.add(request.capability());
        } else {
            capabilities.set(index, request.capability());
        }
        AgentRecord after = known.with(capabilities);
        String fault = Checks.faultOf(after);
        if (fault != null) {
            return refused(request, null, RejectionCode.INVALID, fault);
        }
        return Decision.of(
                Decision.Effect.TELL,
                after,
                List.of(new AgentEvent.CapabilityPublished(
                        request.agentId(), time, request.requestId(), request.capability())));
    }

    @Override
    public Decision visit(CapabilityRemoval request) {
        if (known == null) {
            return unknown(request);
        }
        List<Capability> capabilities = new ArrayList<>(known.capabilities());
        int index = indexOf(capabilities, request.capability());
        if (index < 0) {
            return refused(
                    request,
                    null,
                    RejectionCode.UNKNOWN_CAPABILITY,
                    "expected a capability that " + request.agentId() + " offers, but got "
                            + Checks.quoted(request.capability()));
        }
        capabilities.remove(index);
        return Decision.of(
                Decision.Effect.TELL,
                known.with(capabilities),
                List.of(new AgentEvent.CapabilityRemoved(
                        request.agentId(), time, request.requestId(), request.capability())));
    }

    @Override
    public Decision visit(TrustAdjustment request) {
        if (known == null) {
            return unknown(request);
        }
        double delta = request.delta();
        if (!(delta >= -1 && delta <= 1)) {
            return refused(request, null, RejectionCode.INVALID, "expected delta from -1 to 1, but got " + delta);
        }
        Trust after = known.trust().adjusted(delta);
        return Decision.of(
                Decision.Effect.TELL,
                known.with(after),
                List.of(TrustRules.changed(
                        known, after, request.requestId(), "ADJUSTED", request.reason(), null, time)));
    }

    private static int indexOf(List<Capability> capabilities, String name) {
        for (int i = 0; i < capabilities.size(); i++) {
            if (capabilities.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private Decision unknown(RegistrationEvent request) {
        return refused(
                request,
                null,
                RejectionCode.UNKNOWN_AGENT,
                "expected a registered agent, but got " + Checks.quoted(request.agentId()));
    }

    private Decision refused(
            RegistrationEvent request, @Nullable String sessionId, RejectionCode code, String message) {
        String type = request.getClass().getSimpleName();
        return Decision.refused(new AgentEvent.RequestRejected(
                request.agentId(), time, request.requestId(), sessionId, type, code, message));
    }
}
