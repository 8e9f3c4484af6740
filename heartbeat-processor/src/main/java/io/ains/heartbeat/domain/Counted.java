package io.ains.heartbeat.domain;

/** What a fleet counts of its records. */
public enum Counted {
    /** A heartbeat that moved its agent's time. */
    HEARTBEAT_TAKEN,
    /** A heartbeat of a session that is not the registered one. */
    HEARTBEAT_OF_STALE_SESSION,
    /** A heartbeat of an agent that is not registered. */
    HEARTBEAT_OF_UNKNOWN_AGENT,
    /** The control plane found that it had been away, and gave everybody a full grace period. */
    GRACE
}
