package io.ains.protocol;

/** Where a task stands. */
public enum TaskStatus {
    /** Waits for its {@code not_before}. */
    SCHEDULED,
    /** Waits in its capability's queue for a free slot, or for the delay before its next attempt. */
    PENDING,
    /** Given to an agent that has not yet said that it started. */
    ASSIGNED,
    /** An agent works on it. */
    ACTIVE,
    /** Ended with a result. */
    COMPLETED,
    /** Ended without one: its attempts are used up, or the failure was not retryable. */
    FAILED,
    /** Ended by its client. */
    CANCELLED,
    /** Ended by its {@code expires_at}. */
    EXPIRED;

    /**
     * Whether this is an end.
     *
     * @return true for the four states that a task never leaves by itself
     */
    public boolean isTerminal() {
        return switch (this) {
            case COMPLETED, FAILED, CANCELLED, EXPIRED -> true;
            case SCHEDULED, PENDING, ASSIGNED, ACTIVE -> false;
        };
    }
}
