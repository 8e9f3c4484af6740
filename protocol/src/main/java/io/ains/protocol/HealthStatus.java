package io.ains.protocol;

/** What an agent says of itself in a heartbeat. */
public enum HealthStatus {
    /** Well: {@link AgentStatus#AVAILABLE}. */
    ACTIVE,
    /** Wants nothing new for now: {@link AgentStatus#BUSY}. */
    DEGRADED,
    /** Is going away: {@link AgentStatus#INACTIVE}. */
    OFFLINE
}
