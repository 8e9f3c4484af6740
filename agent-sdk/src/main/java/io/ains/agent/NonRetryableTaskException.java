package io.ains.agent;

/** Thrown by a {@link TaskHandler} when another attempt cannot help: the task fails for good. */
public final class NonRetryableTaskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure for good.
     *
     * @param message for the task's client
     */
    public NonRetryableTaskException(String message) {
        super(message);
    }

    /**
     * A failure for good.
     *
     * @param message for the task's client
     * @param cause what went wrong
     */
    public NonRetryableTaskException(String message, Throwable cause) {
        super(message, cause);
    }
}
