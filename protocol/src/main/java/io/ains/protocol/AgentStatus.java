package io.ains.protocol;

/** What the control plane believes of an agent. */
public enum AgentStatus {
    /** Alive and well: gets new tasks while it has free slots. */
    AVAILABLE,
    /** Alive but degraded by its own word: keeps what it has, gets nothing new. */
    BUSY,
    /** Silent for longer than its suspect-timeout: keeps what it has, gets nothing new. */
    SUSPECT,
    /** Dead, gone or saying goodbye; {@link StatusReason} tells which, and so what becomes of its tasks. */
    INACTIVE
}
