package io.ains.agent;

import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What an agent says of an attempt: every report bears the assignment's task and attempt, and this session. */
final class Reports {
    static final int MAX_TEXT = 1_000;
    private static final double ALL = 100.0;

    private Reports() {}

    static TaskResult.Started started(TaskAssignment of) {
        return new TaskResult.Started(of.taskId(), of.agentId(), of.sessionId(), of.attempt(), null);
    }

    static TaskResult.Progress progress(TaskAssignment of, @Nullable Double percent, @Nullable String message) {
        Double bounded =
                percent == null ? null : Double.valueOf(percent.isNaN() ? 0 : Math.max(0, Math.min(ALL, percent)));
        return new TaskResult.Progress(
                of.taskId(), of.agentId(), of.sessionId(), of.attempt(), null, bounded, cut(message));
    }

    /** The end with a result; or a failure, if no record can hold it or JSON cannot say it. */
    static TaskResult.Report completed(TaskAssignment of, @Nullable Object result) {
        JsonNode data;
        int size;
        try {
            data = result == null ? null : Json.MAPPER.<JsonNode>valueToTree(result);
            size = data == null ? 0 : Json.MAPPER.writeValueAsBytes(data).length;
        } catch (JacksonException e) {
            return failed(of, "expected a result that can be written as JSON, but " + e.getOriginalMessage(), false);
        }
        if (size > Json.MAX_BODY_BYTES) {
            return tooLarge(of, size);
        }
        return new TaskResult.Completed(of.taskId(), of.agentId(), of.sessionId(), of.attempt(), null, data);
    }

    private static TaskResult.Failed tooLarge(TaskAssignment of, int size) {
        return failed(of, "expected a result of at most " + Json.MAX_BODY_BYTES + " bytes, but it has " + size, false);
    }

    static TaskResult.Failed tooLargeForBroker(TaskAssignment of) {
        return failed(of, "expected a result that the broker takes, but its message.max.bytes is less", false);
    }

    static TaskResult.Failed failed(TaskAssignment of, Throwable error) {
        String said = error.getMessage();
        String message = error instanceof NonRetryableTaskException && said != null ? said : error.toString();
        return failed(of, message, !(error instanceof NonRetryableTaskException));
    }

    static TaskResult.Failed overdue(TaskAssignment of) {
        return failed(of, "expected to end within " + of.timeoutSeconds() + " s, but was still running", true);
    }

    static TaskResult.Released released(TaskAssignment of, String reason) {
        return new TaskResult.Released(of.taskId(), of.agentId(), of.sessionId(), of.attempt(), null, reason);
    }

    private static TaskResult.Failed failed(TaskAssignment of, String message, boolean retryable) {
        return new TaskResult.Failed(
                of.taskId(), of.agentId(), of.sessionId(), of.attempt(), null, cut(message), retryable);
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
