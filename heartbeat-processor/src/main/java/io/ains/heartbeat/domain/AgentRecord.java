package io.ains.heartbeat.domain;

import io.ains.protocol.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * All that must outlive the process of one agent: the value of the store, and the view that the rules read.
 *
 * @param agentId who
 * @param registeredAt milliseconds since the epoch of its first registration
 * @param profile what it said of itself
 * @param capabilities what it offers, names unique
 * @param standing its session and status
 * @param replacedSessions the latest sessions that newer ones have replaced, latest last: a record of theirs that
 *     comes late, or twice, must not end the living one
 * @param trust how well it has done
 * @param returns how it has come and gone of late
 * @param vitals its last heartbeat, as of this writing
 */
public record AgentRecord(
        String agentId,
        long registeredAt,
        Profile profile,
        List<Capability> capabilities,
        Standing standing,
        List<String> replacedSessions,
        Trust trust,
        Returns returns,
        Vitals vitals) {
    /** Enough for every record that is late; a restart loop must not let the record grow. */
    static final int MAX_REPLACED_SESSIONS = 8;

    public AgentRecord {
        capabilities = List.copyOf(capabilities);
        replacedSessions = List.copyOf(replacedSessions);
        returns = Objects.requireNonNullElse(returns, Returns.NONE);
    }

    AgentRecord with(Profile newProfile) {
        return new AgentRecord(
                agentId, registeredAt, newProfile, capabilities, standing, replacedSessions, trust, returns, vitals);
    }

    /** It does not rest from what it no longer offers. */
    AgentRecord with(List<Capability> newCapabilities) {
        Standing remaining = standing.with(standing.resting().stream()
                .filter(rest -> newCapabilities.stream()
                        .anyMatch(offered -> offered.name().equals(rest.capability())))
                .toList());
        return new AgentRecord(
                agentId, registeredAt, profile, newCapabilities, remaining, replacedSessions, trust, returns, vitals);
    }

    AgentRecord with(Standing newStanding) {
        List<String> replaced = replacedSessions;
        if (!newStanding.sessionId().equals(standing.sessionId())) {
            replaced = new ArrayList<>(replacedSessions);
            replaced.add(standing.sessionId());
            replaced = replaced.subList(Math.max(0, replaced.size() - MAX_REPLACED_SESSIONS), replaced.size());
        }
        return new AgentRecord(
                agentId, registeredAt, profile, capabilities, newStanding, replaced, trust, returns, vitals);
    }

    AgentRecord with(Trust newTrust) {
        return new AgentRecord(
                agentId, registeredAt, profile, capabilities, standing, replacedSessions, newTrust, returns, vitals);
    }

    AgentRecord with(Returns newReturns) {
        return new AgentRecord(
                agentId, registeredAt, profile, capabilities, standing, replacedSessions, trust, newReturns, vitals);
    }

    AgentRecord with(Vitals newVitals) {
        return new AgentRecord(
                agentId, registeredAt, profile, capabilities, standing, replacedSessions, trust, returns, newVitals);
    }
}
