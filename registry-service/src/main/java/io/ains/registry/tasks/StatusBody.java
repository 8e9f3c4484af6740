package io.ains.registry.tasks;

import io.ains.protocol.TaskResult;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What an agent that speaks HTTP reports of a task. */
record StatusBody(
        @NotNull Report status,
        @Nullable ObjectNode resultData,
        @Nullable String errorMessage,
        @Nullable Boolean retryable,
        @Min(1) @Nullable Integer attempt) {
    private static final int MAX_ERROR_LENGTH = 10_000;

    enum Report {
        ACTIVE,
        COMPLETED,
        FAILED
    }

    TaskResult.Report toResult(String taskId, String agentId, String requestId) {
        if (errorMessage != null && errorMessage.length() > MAX_ERROR_LENGTH) {
            throw Problems.invalid("error_message", "expected at most " + MAX_ERROR_LENGTH + " characters");
        }
        return switch (status) {
            case ACTIVE -> new TaskResult.Started(taskId, agentId, null, attempt, requestId);
            case COMPLETED -> new TaskResult.Completed(taskId, agentId, null, attempt, requestId, resultData);
            case FAILED ->
                new TaskResult.Failed(
                        taskId, agentId, null, attempt, requestId, errorMessage, retryable == null || retryable);
        };
    }
}
