package io.ains.broker;

/** The broker could not be started; the message is one sentence that can be shown to whoever started it. */
public final class BrokerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    BrokerStartException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    BrokerStartException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What a program can tell its user to change. */
    public Reason reason() {
        return reason;
    }

    /** Why a broker did not start. */
    public enum Reason {
        /** The host and port cannot be listened on, mostly because another process does. */
        ADDRESS_UNAVAILABLE,
        /** A broker of this or another process uses the data folder now. */
        FOLDER_LOCKED,
        /** The data folder holds something else, or data of another Kafka version, cluster or node. */
        FOLDER_FOREIGN,
        /** The data folder cannot be made, read or written. */
        FOLDER_UNUSABLE,
        /** Kafka refused the configuration or failed while starting; the cause tells more. */
        KAFKA_FAILED
    }
}
