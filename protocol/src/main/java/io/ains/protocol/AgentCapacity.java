package io.ains.protocol;

import java.util.Objects;

/**
 * One agent as the queue of one capability sees it, on {@link Topics#agentCapacities()}, keyed by capability: the
 * dispatcher's own fan-out of {@link AgentState}, so that each of its partitions has what it decides on in its own log.
 *
 * @param agentId who
 * @param sessionId of its living process
 * @param capability which of its capabilities
 * @param delivery how it learns of its assignments
 * @param status what the control plane believes
 * @param statusReason why
 * @param maxConcurrency slots; 0 if it no longer offers the capability
 * @param trustScore 0 to 1
 */
public record AgentCapacity(
        String agentId,
        String sessionId,
        String capability,
        DeliveryMode delivery,
        AgentStatus status,
        StatusReason statusReason,
        int maxConcurrency,
        double trustScore) {
    public AgentCapacity {
        Objects.requireNonNull(agentId, "agent_id");
        Objects.requireNonNull(sessionId, "session_id");
        Objects.requireNonNull(capability, "capability");
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(statusReason, "status_reason");
    }
}
