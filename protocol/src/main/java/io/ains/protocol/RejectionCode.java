package io.ains.protocol;

/** Why the control plane refused a command; a sentence that says what was expected always goes with it. */
public enum RejectionCode {
    /** A field is missing, out of its bounds or of the wrong shape. */
    INVALID,
    /** No such agent is registered. */
    UNKNOWN_AGENT,
    /** The agent's id belongs to another public key. */
    IDENTITY_TAKEN,
    /** A newer session of the agent has replaced this one. */
    STALE_SESSION,
    /** No agent has ever offered the capability. */
    UNKNOWN_CAPABILITY,
    /** No such task is known. */
    UNKNOWN_TASK,
    /** The task is not assigned to this agent. */
    NOT_ASSIGNED,
    /** The task belongs to another client. */
    NOT_OWNER,
    /** The attempt is over: the task has been given to someone else since. */
    STALE_ATTEMPT,
    /** Not possible in the state that the task is in. */
    WRONG_STATE
}
