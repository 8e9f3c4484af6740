package io.ains.agent;

import io.ains.protocol.RejectionCode;
import org.jspecify.annotations.Nullable;

/** Why an {@link Agent} or a {@link TaskClient} could not start; the message says what to look at. */
public abstract sealed class AinsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private AinsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No broker answered at {@code bootstrap.servers}. */
    public static final class BrokerUnreachable extends AinsException {
        private static final long serialVersionUID = 1L;

        BrokerUnreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The control plane's topics are not there: another prefix, or it has never run. */
    public static final class TopicsMissing extends AinsException {
        private static final long serialVersionUID = 1L;

        TopicsMissing(String message) {
            super(message, null);
        }
    }

    /** The broker refused the client's identity, or does not let it do something it needs to. */
    public static final class NotAuthorized extends AinsException {
        private static final long serialVersionUID = 1L;

        NotAuthorized(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The agent's id belongs to another public key. */
    public static final class IdentityTaken extends AinsException {
        private static final long serialVersionUID = 1L;

        IdentityTaken(String message) {
            super(message, null);
        }
    }

    /** The control plane refused the registration for another reason than {@link IdentityTaken}. */
    public static final class RegistrationRejected extends AinsException {
        private static final long serialVersionUID = 1L;

        /** Why. */
        private final RejectionCode code;

        RegistrationRejected(RejectionCode code, String message) {
            super(message, null);
            this.code = code;
        }

        /** Why. */
        public RejectionCode code() {
            return code;
        }
    }

    /** The brokers took the registration, but the control plane did not answer it in time. */
    public static final class NoAnswer extends AinsException {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message) {
            super(message, null);
        }
    }

    /** The broker answered with an error that has no name of its own here; the cause says which. */
    public static final class ClientFailed extends AinsException {
        private static final long serialVersionUID = 1L;

        ClientFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
