package io.ains.protocol;

/** Why an agent has the status that it has. */
public enum StatusReason {
    /** It registered a new session. */
    REGISTERED,
    /** A heartbeat said so. */
    HEARTBEAT,
    /** No heartbeat for its suspect-timeout or, with {@link AgentStatus#INACTIVE}, for its dead-timeout: its tasks are requeued. */
    SILENCE,
    /** It came and went too often: with {@link AgentStatus#SUSPECT}, for a while, although it sends heartbeats. */
    FLAPPING,
    /** It announced {@link HealthStatus#OFFLINE}: it keeps its running tasks until it ends or releases them, or falls silent. */
    GOODBYE,
    /** It was deregistered: its tasks are requeued. */
    DEREGISTERED
}
