package io.ains.protocol;

/** Why a task that an agent held, or that had ended, waits again. */
public enum RequeueReason {
    /** The attempt failed and may be repeated. Uses up a retry. */
    ATTEMPT_FAILED,
    /** The attempt ran past the task's {@code timeout_seconds}. Uses up a retry. */
    EXECUTION_TIMEOUT,
    /** The agent fell silent or was deregistered. Uses up a retry. */
    AGENT_LOST,
    /** The agent's process was started anew. Uses up a retry. */
    SESSION_REPLACED,
    /** The agent did not say in time that it started. Does not use up a retry. */
    ACK_TIMEOUT,
    /** The agent gave it back unstarted or unfinished: full, or draining. Does not use up a retry. */
    RELEASED,
    /** Somebody asked for a FAILED task to be tried again, with a fresh set of attempts. */
    RETRY_REQUESTED
}
