package io.ains.dispatcher.domain;

import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One task in memory; {@link TaskRecord} says what the fields mean. Only {@link EventApplier} changes it. */
final class Task implements Timers.Timed {
    /** Who has waited longest; never two the same. */
    static final Comparator<Task> BY_ARRIVAL =
            Comparator.comparingLong((Task task) -> task.enqueuedAt).thenComparingLong(task -> task.sequence);

    final String id;
    final String clientId;
    final String capability;
    final int maxRetries;
    final RetryPolicy retryPolicy;
    final @Nullable RoutingStrategy routingStrategy;
    final @Nullable String stickyKey;
    final double minTrust;
    final long expiresAt;
    final long sequence;
    long enqueuedAt;
    int priority;
    int timeoutSeconds;
    TaskStatus status;
    int attempt;
    int retryCount;

    @Nullable
    String agentId;

    @Nullable
    String sessionId;

    long assignedAt;
    long startedAt;
    long availableAt;
    long endedAt;

    @Nullable
    String errorMessage;

    /** Whether it is in its capability's queue now. */
    boolean queued;

    private long timerAt = NEVER;

    Task(TaskSpec spec, long at, long sequence) {
        this.id = spec.taskId();
        this.clientId = spec.clientId();
        this.capability = spec.capability();
        this.priority = spec.priority();
        this.timeoutSeconds = spec.timeoutSeconds();
        this.maxRetries = spec.maxRetries();
        this.retryPolicy = spec.retryPolicy();
        this.routingStrategy = spec.routingStrategy();
        this.stickyKey = spec.stickyKey();
        this.minTrust = spec.minTrust();
        this.expiresAt = Objects.requireNonNullElse(spec.expiresAt(), NEVER);
        this.enqueuedAt = at;
        this.sequence = sequence;
        this.status = TaskStatus.PENDING;
        this.availableAt = Objects.requireNonNullElse(spec.notBefore(), 0L);
    }

    Task(TaskRecord record) {
        this.id = record.taskId();
        this.clientId = record.clientId();
        this.capability = record.capability();
        this.priority = record.priority();
        this.timeoutSeconds = record.timeoutSeconds();
        this.maxRetries = record.maxRetries();
        this.retryPolicy = record.retryPolicy();
        this.routingStrategy = record.routingStrategy();
        this.stickyKey = record.stickyKey();
        this.minTrust = record.minTrust();
        this.expiresAt = record.expiresAt();
        this.enqueuedAt = record.enqueuedAt();
        this.sequence = record.sequence();
        this.status = record.status();
        this.attempt = record.attempt();
        this.retryCount = record.retryCount();
        this.agentId = record.agentId();
        this.sessionId = record.sessionId();
        this.assignedAt = record.assignedAt();
        this.startedAt = record.startedAt();
        this.availableAt = record.availableAt();
        this.endedAt = record.endedAt();
        this.errorMessage = record.errorMessage();
    }

    TaskRecord toRecord() {
        return new TaskRecord(
                id,
                clientId,
                capability,
                priority,
                timeoutSeconds,
                maxRetries,
                retryPolicy,
                routingStrategy,
                stickyKey,
                minTrust,
                expiresAt,
                enqueuedAt,
                sequence,
                status,
                attempt,
                retryCount,
                agentId,
                sessionId,
                assignedAt,
                startedAt,
                availableAt,
                endedAt,
                errorMessage);
    }

    boolean isHeld() {
        return switch (status) {
            case ASSIGNED, ACTIVE -> true;
            case SCHEDULED, PENDING, COMPLETED, FAILED, CANCELLED, EXPIRED -> false;
        };
    }

    boolean isWaiting() {
        return switch (status) {
            case SCHEDULED, PENDING -> true;
            case ASSIGNED, ACTIVE, COMPLETED, FAILED, CANCELLED, EXPIRED -> false;
        };
    }

    @Override
    public long timerAt() {
        return timerAt;
    }

    @Override
    public void timerAt(long time) {
        timerAt = time;
    }
}
