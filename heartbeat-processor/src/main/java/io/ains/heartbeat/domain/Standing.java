package io.ains.heartbeat.domain;

import io.ains.protocol.AgentState.Rest;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.StatusReason;
import java.util.List;

/**
 * What the control plane believes of an agent's living, or last, process.
 *
 * @param sessionId the process
 * @param status what it believes
 * @param reason why
 * @param since milliseconds since the epoch at which the status last changed
 * @param resting the capabilities for which the dispatcher gives this process nothing, each once
 */
public record Standing(String sessionId, AgentStatus status, StatusReason reason, long since, List<Rest> resting) {
    public Standing {
        resting = resting == null ? List.of() : List.copyOf(resting);
    }

    /** A process that has just registered. */
    static Standing ofNewSession(String sessionId, long time) {
        return new Standing(sessionId, AgentStatus.AVAILABLE, StatusReason.REGISTERED, time, List.of());
    }

    /** The same session under another status; {@code since} stays if only the reason is another. */
    Standing with(AgentStatus newStatus, StatusReason newReason, long time) {
        return new Standing(sessionId, newStatus, newReason, newStatus == status ? since : time, resting);
    }

    Standing with(List<Rest> newResting) {
        return new Standing(sessionId, status, reason, since, newResting);
    }

    boolean restsFor(String capability) {
        return resting.stream().anyMatch(rest -> rest.capability().equals(capability));
    }

    /** Whether it sends heartbeats as far as is known: time spent so counts as available. */
    boolean isUp() {
        return status == AgentStatus.AVAILABLE || status == AgentStatus.BUSY;
    }

    /** Whether it is written off: nothing but a heartbeat or a new session changes that. */
    boolean isDead() {
        return status == AgentStatus.INACTIVE && reason == StatusReason.SILENCE;
    }
}
