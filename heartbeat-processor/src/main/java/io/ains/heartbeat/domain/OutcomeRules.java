package io.ains.heartbeat.domain;

import io.ains.protocol.AgentOutcome.AttemptEnded;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of a task's events end an agent's attempt, for good or ill. Each attempt has one such event: a failure is
 * either requeued or, if it was the last, {@link TaskEvent.Failed}.
 */
public final class OutcomeRules implements TaskEvent.Visitor<Optional<AttemptEnded>> {
    /** The outcome that the event is, if it says anything about an agent's work. */
    public static Optional<AttemptEnded> of(TaskEvent event) {
        return event.accept(new OutcomeRules());
    }

    private OutcomeRules() {}

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Completed event) {
        Long startedAt = event.startedAt();
        Long durationMs = startedAt == null ? null : Long.valueOf(Math.max(0, event.at() - startedAt));
        return Optional.of(
                new AttemptEnded(event.agentId(), event.taskId(), event.attempt(), true, durationMs, null, event.at()));
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Requeued event) {
        return failure(
                event.agentId(), event.taskId(), event.attempt(), event.reason(), event.errorMessage(), event.at());
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Failed event) {
        return failure(
                event.agentId(), event.taskId(), event.attempt(), event.reason(), event.errorMessage(), event.at());
    }

    private static Optional<AttemptEnded> failure(
            @Nullable String agentId,
            String taskId,
            int attempt,
            RequeueReason reason,
            @Nullable String errorMessage,
            long at) {
        return agentId == null || !isTheAgentsFailure(reason)
                ? Optional.empty()
                : Optional.of(new AttemptEnded(agentId, taskId, attempt, false, null, errorMessage, at));
    }

    private static boolean isTheAgentsFailure(RequeueReason reason) {
        return switch (reason) {
            case ATTEMPT_FAILED, EXECUTION_TIMEOUT, AGENT_LOST, SESSION_REPLACED -> true;
            case ACK_TIMEOUT, RELEASED, RETRY_REQUESTED -> false;
        };
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Submitted event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.SubmissionRepeated event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Queued event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Assigned event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Started event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Progressed event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Cancelled event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.Expired event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.PriorityChanged event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.TimeoutChanged event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.DeadTaskPurged event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.RoutingTested event) {
        return Optional.empty();
    }

    @Override
    public Optional<AttemptEnded> visit(TaskEvent.CommandRejected event) {
        return Optional.empty();
    }
}
