package io.ains.heartbeat.domain;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.StatusReason;

/**
 * What the control plane believes of an agent's living, or last, process.
 *
 * @param sessionId the process
 * @param status what it believes
 * @param reason why
 * @param since milliseconds since the epoch at which the status last changed
 */
public record Standing(String sessionId, AgentStatus status, StatusReason reason, long since) {

    /** The same session under another status; {@code since} stays if only the reason is another. */
    Standing with(AgentStatus newStatus, StatusReason newReason, long time) {
        return new Standing(sessionId, newStatus, newReason, newStatus == status ? since : time);
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
