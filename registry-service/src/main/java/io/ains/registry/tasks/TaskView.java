package io.ains.registry.tasks;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.ains.protocol.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task, whole, as HTTP tells it.
 *
 * @param reason of the last requeueing, failure or cancellation
 * @param availableAt before which a task that waits is not given out again
 * @param completedAt when it ended, however it ended
 */
record TaskView(
        String taskId,
        String clientId,
        String taskType,
        String capabilityRequired,
        @JsonRawValue @Nullable String inputData,
        @JsonRawValue @Nullable String metadata,
        TaskStatus status,
        int priority,
        int timeoutSeconds,
        @Nullable String assignedAgentId,
        int attempt,
        int retryCount,
        int maxRetries,
        String retryPolicy,
        @Nullable String routingStrategy,
        @Nullable String stickyKey,
        double minTrust,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant notBefore,
        @Nullable Instant availableAt,
        @Nullable Double progressPercent,
        @Nullable String progressMessage,
        @JsonRawValue @Nullable String resultData,
        @Nullable String errorMessage,
        @Nullable String reason) {}
