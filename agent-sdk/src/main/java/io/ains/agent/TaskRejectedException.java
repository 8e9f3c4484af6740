package io.ains.agent;

import io.ains.protocol.RejectionCode;

/** The control plane refused a command; nothing changed. */
public final class TaskRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which task's. */
    private final String taskId;

    /** Why. */
    private final RejectionCode code;

    TaskRejectedException(String taskId, RejectionCode code, String message) {
        super(message);
        this.taskId = taskId;
        this.code = code;
    }

    /** Which task's command it was. */
    public String taskId() {
        return taskId;
    }

    /** Why. */
    public RejectionCode code() {
        return code;
    }
}
