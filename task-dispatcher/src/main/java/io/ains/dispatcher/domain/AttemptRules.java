package io.ains.dispatcher.domain;

import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;

/** What becomes of an attempt: by its agent's report, by its deadline, by its agent's loss. Changes nothing. */
final class AttemptRules {
    /** Enough for a stack trace's head; the rest belongs into the agent's own log. */
    private static final int MAX_ERROR_LENGTH = 4_000;

    /** What a report leads to: an event, or no change with the reason why. */
    record Verdict(@Nullable TaskEvent event, @Nullable RejectionCode refused, String message) {
        static Verdict of(TaskEvent event) {
            return new Verdict(event, null, "");
        }

        static Verdict no(RejectionCode code, String message) {
            return new Verdict(null, code, message);
        }
    }

    private final DispatcherState state;

    AttemptRules(DispatcherState state) {
        this.state = state;
    }

    Verdict decide(TaskResult.Report report, long at) {
        Task task = state.task(report.taskId());
        if (task == null) {
            return Verdict.no(RejectionCode.UNKNOWN_TASK, "expected a live task, but none has this id");
        }
        if (!task.isHeld()) {
            return Verdict.no(
                    RejectionCode.WRONG_STATE, "expected a task that is ASSIGNED or ACTIVE, but it is " + task.status);
        }
        if (!report.agentId().equals(task.agentId)) {
            return Verdict.no(RejectionCode.NOT_ASSIGNED, "expected the agent that the task is assigned to");
        }
        AgentSlots holder = state.holderOf(task);
        boolean polls = holder != null && !holder.acknowledges();
        String sessionId = report.sessionId();
        Integer attempt = report.attempt();
        if (sessionId == null ? !polls : !sessionId.equals(task.sessionId)) {
            return Verdict.no(RejectionCode.STALE_SESSION, "expected the session that the task is assigned to");
        }
        if (attempt == null ? !polls : attempt != task.attempt) {
            return Verdict.no(RejectionCode.STALE_ATTEMPT, "expected attempt " + task.attempt + ", but got " + attempt);
        }
        return report(task, report, at);
    }

    private Verdict report(Task task, TaskResult.Report report, long at) {
        String agentId = report.agentId();
        String requestId = report.requestId();
        return ((TaskResult) report).accept(new TaskResult.Visitor<>() {
            @Override
            public Verdict visit(TaskResult.Started started) {
                if (task.status == TaskStatus.ACTIVE) {
                    return Verdict.no(RejectionCode.WRONG_STATE, "expected a task that is ASSIGNED, but it is ACTIVE");
                }
                return Verdict.of(
                        new TaskEvent.Started(task.id, task.capability, at, requestId, agentId, task.attempt));
            }

            @Override
            public Verdict visit(TaskResult.Progress progress) {
                return Verdict.of(new TaskEvent.Progressed(
                        task.id,
                        task.capability,
                        at,
                        requestId,
                        agentId,
                        task.attempt,
                        progress.percent(),
                        progress.message()));
            }

            @Override
            public Verdict visit(TaskResult.Completed completed) {
                return Verdict.of(new TaskEvent.Completed(
                        task.id,
                        task.capability,
                        at,
                        requestId,
                        agentId,
                        task.attempt,
                        completed.resultData(),
                        startOf(task)));
            }

            @Override
            public Verdict visit(TaskResult.Failed failed) {
                String error = failed.errorMessage() == null ? "the agent gave no reason" : failed.errorMessage();
                return Verdict.of(failed(task, at, requestId, RequeueReason.ATTEMPT_FAILED, error, failed.retryable()));
            }

            @Override
            public Verdict visit(TaskResult.Released released) {
                return Verdict.of(
                        requeued(task, at, requestId, RequeueReason.RELEASED, task.retryCount, released.reason(), at));
            }

            @Override
            public Verdict visit(io.ains.protocol.Tick tick) {
                throw new IllegalStateException("a tick is no report");
            }
        });
    }

    /** The agent is gone, or its session: the task goes back at once, for somebody else. */
    TaskEvent lost(Task task, long at, RequeueReason reason) {
        String error = reason == RequeueReason.SESSION_REPLACED
                ? "agent " + task.agentId + " was started anew"
                : "agent " + task.agentId + " was lost";
        return failed(task, at, null, reason, error, true);
    }

    /**
     * A timer of the task fired.
     *
     * @return what follows; null if nothing does, because it is too early
     */
    @Nullable
    TaskEvent due(Task task, long at) {
        if (task.expiresAt <= at && !task.status.isTerminal()) {
            return new TaskEvent.Expired(task.id, task.capability, at, null, task.agentId, task.attempt);
        }
        return switch (task.status) {
            case SCHEDULED, PENDING ->
                task.queued || task.availableAt > at ? null : new TaskEvent.Queued(task.id, task.capability, at, null);
            case ASSIGNED, ACTIVE -> state.leaseEnd(task) > at ? null : leaseOver(task, at);
            case COMPLETED, FAILED, CANCELLED, EXPIRED -> null;
        };
    }

    private TaskEvent leaseOver(Task task, long at) {
        AgentSlots holder = state.holderOf(task);
        if (task.status == TaskStatus.ASSIGNED && (holder == null || holder.acknowledges())) {
            String error = "agent " + task.agentId + " did not say within "
                    + state.settings.ackTimeout().toMillis() + " ms that it started";
            return requeued(task, at, null, RequeueReason.ACK_TIMEOUT, task.retryCount, error, at);
        }
        String error = "attempt " + task.attempt + " ran past its " + task.timeoutSeconds + " s";
        return failed(task, at, null, RequeueReason.EXECUTION_TIMEOUT, error, true);
    }

    private static TaskEvent failed(
            Task task, long at, @Nullable String requestId, RequeueReason reason, String error, boolean retryable) {
        String shortError = error.length() <= MAX_ERROR_LENGTH ? error : error.substring(0, MAX_ERROR_LENGTH);
        if (!retryable || task.retryCount >= task.maxRetries) {
            return new TaskEvent.Failed(
                    task.id,
                    task.capability,
                    at,
                    requestId,
                    task.agentId,
                    task.attempt,
                    task.retryCount,
                    reason,
                    shortError,
                    startOf(task));
        }
        int failures = task.retryCount + 1;
        boolean agentsFault = reason == RequeueReason.AGENT_LOST || reason == RequeueReason.SESSION_REPLACED;
        long delay = agentsFault ? 0 : Backoff.delayMillis(task.retryPolicy, task.id, task.attempt, failures);
        return requeued(task, at, requestId, reason, failures, shortError, at + delay);
    }

    private static TaskEvent requeued(
            Task task,
            long at,
            @Nullable String requestId,
            RequeueReason reason,
            int retryCount,
            @Nullable String error,
            long availableAt) {
        return new TaskEvent.Requeued(
                task.id,
                task.capability,
                at,
                requestId,
                task.agentId,
                task.attempt,
                retryCount,
                reason,
                error,
                availableAt,
                null);
    }

    private static @Nullable Long startOf(Task task) {
        return task.startedAt == 0 ? null : task.startedAt;
    }
}
