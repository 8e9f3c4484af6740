package io.ains.dispatcher.domain;

import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * What must survive a restart of one task, beside its input: what the dispatcher decides on. Times are milliseconds
 * since the epoch on the broker's clock; 0 means "not yet".
 *
 * @param enqueuedAt since when it waits; its place in the queue counts from here, over all attempts
 * @param sequence order of arrival within the partition
 * @param attempt number of the last attempt, 0 before the first
 * @param retryCount failed attempts so far
 * @param agentId who holds it, while ASSIGNED or ACTIVE
 * @param availableAt before which it is not given out
 * @param endedAt when it ended
 * @param errorMessage of the last failure
 */
public record TaskRecord(
        String taskId,
        String clientId,
        String capability,
        int priority,
        int timeoutSeconds,
        int maxRetries,
        RetryPolicy retryPolicy,
        @Nullable RoutingStrategy routingStrategy,
        @Nullable String stickyKey,
        double minTrust,
        long expiresAt,
        long enqueuedAt,
        long sequence,
        TaskStatus status,
        int attempt,
        int retryCount,
        @Nullable String agentId,
        @Nullable String sessionId,
        long assignedAt,
        long startedAt,
        long availableAt,
        long endedAt,
        @Nullable String errorMessage) {}
