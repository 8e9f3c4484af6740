package io.ains.registry.http;

import io.ains.protocol.Json;
import io.ains.protocol.RejectionCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** The errors of all routes, as exceptions that become {@code application/problem+json}. */
public final class Problems {
    private static final String RETRY_SECONDS = "2";
    private static final Pattern WORD_START = Pattern.compile("(?<=.)(?=[A-Z])");

    private Problems() {}

    /**
     * An error.
     *
     * @param detail what was expected
     */
    public static ErrorResponseException of(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /** 404: nothing has this id. */
    public static ErrorResponseException unknown(String kind, String id) {
        return of(HttpStatus.NOT_FOUND, "expected the id of a known " + kind + ", but got \"" + id + "\"");
    }

    /** 422: one field is not as expected. */
    public static ErrorResponseException invalid(String field, String message) {
        return invalid(List.of(Map.of("field", field, "message", message)));
    }

    static ErrorResponseException invalid(List<Map<String, String>> errors) {
        HttpStatus status = HttpStatus.UNPROCESSABLE_CONTENT;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status,
                errors.isEmpty()
                        ? "expected other input"
                        : errors.get(0).get("field") + ": " + errors.get(0).get("message"));
        problem.setProperty("errors", errors);
        return new ErrorResponseException(status, problem, null);
    }

    /** 413: the body, or the record that it makes, is over the limit. */
    public static ErrorResponseException tooLarge() {
        return of(HttpStatus.CONTENT_TOO_LARGE, "expected a body of at most " + Json.MAX_BODY_BYTES + " bytes");
    }

    /** 408: the body did not come to an end. */
    public static ErrorResponseException tooSlow(Duration timeout) {
        return of(HttpStatus.REQUEST_TIMEOUT, "expected the whole body within " + timeout.toMillis() + " ms");
    }

    /** 503: try again soon. */
    public static ErrorResponseException unavailable(String detail) {
        ErrorResponseException problem = of(HttpStatus.SERVICE_UNAVAILABLE, detail);
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        return problem;
    }

    /** 503: too many wait already; nothing was sent. */
    public static ErrorResponseException overloaded() {
        return unavailable("too many requests wait for the control plane; this one was not sent");
    }

    /** 503: the deadline passed. */
    public static ErrorResponseException unanswered(Duration timeout) {
        return unavailable("the control plane did not answer within " + timeout.toSeconds()
                + " s; the command may still take effect, and repeating it with the same id is safe");
    }

    /** The control plane's refusal. */
    public static ErrorResponseException rejected(RejectionCode code, String message) {
        HttpStatus status = switch (code) {
            case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
            case UNKNOWN_AGENT, UNKNOWN_TASK -> HttpStatus.NOT_FOUND;
            case IDENTITY_TAKEN -> HttpStatus.CONFLICT;
            case NOT_ASSIGNED, NOT_OWNER -> HttpStatus.FORBIDDEN;
            case STALE_ATTEMPT, WRONG_STATE, UNKNOWN_CAPABILITY, STALE_SESSION -> HttpStatus.BAD_REQUEST;
        };
        ErrorResponseException problem = new Refused(code, status, message);
        problem.getBody().setProperty("code", code.name());
        if (code == RejectionCode.INVALID) {
            problem.getBody().setProperty("errors", List.of(Map.of("field", "body", "message", message)));
        }
        return problem;
    }

    /** The control plane said no. */
    public static final class Refused extends ErrorResponseException {
        private final RejectionCode code;

        Refused(RejectionCode code, HttpStatus status, String message) {
            super(status, ProblemDetail.forStatusAndDetail(status, message), null);
            this.code = code;
        }

        /** Why. */
        public RejectionCode code() {
            return code;
        }
    }

    /** The failure itself if it is one that can be thrown on, without the wrapping of futures. */
    public static RuntimeException wrap(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return wrap(failure.getCause());
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    static Map<String, String> error(String field, @Nullable String message) {
        return Map.of("field", field, "message", message == null ? "expected another value" : message);
    }

    static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "expected another value";
        }
        if (type.isEnum()) {
            return "expected one of "
                    + Stream.of(type.getEnumConstants())
                            .map(word -> Json.MAPPER.valueToTree(word).asString())
                            .collect(Collectors.joining(", "));
        }
        if (type == int.class || type == Integer.class || type == Long.class) {
            return "expected an integer that is not too large";
        }
        if (Number.class.isAssignableFrom(type)) {
            return "expected a number";
        }
        if (type == Instant.class) {
            return "expected a time as ISO-8601 with its offset, such as 2030-01-31T12:00:00Z";
        }
        if (type == Boolean.class) {
            return "expected true or false";
        }
        if (type == String.class) {
            return "expected a string";
        }
        return Collection.class.isAssignableFrom(type) ? "expected a list" : "expected an object";
    }

    static String snakeCase(String path) {
        return WORD_START.matcher(path).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
