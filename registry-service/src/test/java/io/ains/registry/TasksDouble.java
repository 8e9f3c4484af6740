package io.ains.registry;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeadTask;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Tick;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tasks of the {@link ControlPlaneDouble}. A task whose type is {@code forgotten} is forgotten at its end. */
final class TasksDouble {
    static final String FORGOTTEN = "forgotten";

    private final ControlPlaneDouble out;
    private final AgentsDouble agents;
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    private static final class Task {
        final TaskSpec spec;
        TaskStatus status = TaskStatus.PENDING;

        @Nullable
        String agentId;

        @Nullable
        JsonNode result;

        @Nullable
        String error;

        boolean failedBefore;
        int priority;
        int timeoutSeconds;
        int attempt;
        int retries;

        Task(TaskSpec spec) {
            this.spec = spec;
            this.priority = spec.priority();
            this.timeoutSeconds = spec.timeoutSeconds();
        }
    }

    TasksDouble(ControlPlaneDouble out, AgentsDouble agents) {
        this.out = out;
        this.agents = agents;
    }

    /** A task that failed waits for good, so that a test can look at it. */
    void assignWhatWaits(long at) {
        for (Task task : tasks.values()) {
            if (task.status != TaskStatus.PENDING || task.failedBefore) {
                continue;
            }
            for (AgentState agent : agents.states.values()) {
                if (agent.status() == AgentStatus.AVAILABLE && hasSlot(agent, task.spec.capability())) {
                    task.status = TaskStatus.ASSIGNED;
                    task.agentId = agent.agentId();
                    task.attempt++;
                    out.emit(new TaskEvent.Assigned(
                            task.spec.taskId(),
                            task.spec.capability(),
                            at,
                            null,
                            agent.agentId(),
                            agent.sessionId(),
                            task.attempt));
                    break;
                }
            }
        }
    }

    private boolean hasSlot(AgentState agent, String capability) {
        int slots = agent.capabilities().stream()
                .filter(each -> each.name().equals(capability))
                .mapToInt(Capability::maxConcurrency)
                .sum();
        if (slots == 0) {
            return false;
        }
        long held = tasks.values().stream()
                .filter(task -> agent.agentId().equals(task.agentId)
                        && task.spec.capability().equals(capability)
                        && (task.status == TaskStatus.ASSIGNED || task.status == TaskStatus.ACTIVE))
                .count();
        return held < slots;
    }

    void take(TaskCommand command, long at) {
        command.accept(new TaskCommand.Visitor<Boolean>() {
            @Override
            public Boolean visit(TaskCommand.SubmitTask submit) {
                TaskSpec spec = submit.task();
                Task known = tasks.get(spec.taskId());
                if (known != null) {
                    out.emit(new TaskEvent.SubmissionRepeated(
                            spec.taskId(),
                            spec.capability(),
                            at,
                            submit.requestId(),
                            known.status,
                            known.attempt,
                            known.result,
                            known.error));
                    return true;
                }
                if (!agents.everOffered.contains(spec.capability())) {
                    return reject(submit, "SubmitTask", RejectionCode.UNKNOWN_CAPABILITY, at);
                }
                tasks.put(spec.taskId(), new Task(spec));
                out.emit(new TaskEvent.Submitted(
                        spec.taskId(), spec.capability(), at, submit.requestId(), spec, TaskStatus.PENDING));
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.CancelTask cancel) {
                Task task = live(cancel, cancel.clientId(), "CancelTask", at);
                if (task == null) {
                    return false;
                }
                task.status = TaskStatus.CANCELLED;
                out.emit(new TaskEvent.Cancelled(
                        cancel.taskId(),
                        cancel.capability(),
                        at,
                        cancel.requestId(),
                        task.agentId,
                        task.attempt,
                        cancel.reason()));
                if (task.spec.taskType().equals(FORGOTTEN)) {
                    tasks.remove(cancel.taskId());
                }
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.ChangePriority change) {
                Task task = live(change, change.clientId(), "ChangePriority", at);
                if (task == null) {
                    return false;
                }
                if (task.status != TaskStatus.PENDING) {
                    return reject(change, "ChangePriority", RejectionCode.WRONG_STATE, at);
                }
                out.emit(new TaskEvent.PriorityChanged(
                        change.taskId(),
                        change.capability(),
                        at,
                        change.requestId(),
                        task.priority,
                        change.priority(),
                        task.status));
                task.priority = change.priority();
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.ChangeTimeout change) {
                Task task = live(change, change.clientId(), "ChangeTimeout", at);
                if (task == null) {
                    return false;
                }
                out.emit(new TaskEvent.TimeoutChanged(
                        change.taskId(),
                        change.capability(),
                        at,
                        change.requestId(),
                        task.timeoutSeconds,
                        change.timeoutSeconds(),
                        task.status));
                task.timeoutSeconds = change.timeoutSeconds();
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.RetryTask retry) {
                Task task = tasks.get(retry.taskId());
                if (task == null || task.status != TaskStatus.FAILED) {
                    return reject(retry, "RetryTask", RejectionCode.WRONG_STATE, at);
                }
                requeue(task, at, retry.requestId(), 0, RequeueReason.RETRY_REQUESTED, null);
                out.removeDeadLetter(retry.taskId());
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.PurgeDeadTask purge) {
                out.emit(new TaskEvent.DeadTaskPurged(purge.taskId(), purge.capability(), at, purge.requestId()));
                out.removeDeadLetter(purge.taskId());
                return true;
            }

            @Override
            public Boolean visit(TaskCommand.TestRouting test) {
                out.emit(new TaskEvent.RoutingTested(
                        test.taskId(),
                        test.capability(),
                        at,
                        test.requestId(),
                        Objects.requireNonNullElse(test.routingStrategy(), RoutingStrategy.LEAST_LOADED),
                        null,
                        "of 0 available agents none has a free slot"));
                return true;
            }
        });
    }

    private @Nullable Task live(TaskCommand command, @Nullable String clientId, String type, long at) {
        Task task = tasks.get(command.taskId());
        if (task == null) {
            reject(command, type, RejectionCode.UNKNOWN_TASK, at);
        } else if (clientId != null && !clientId.equals(task.spec.clientId())) {
            reject(command, type, RejectionCode.NOT_OWNER, at);
        } else if (task.status.isTerminal()) {
            reject(command, type, RejectionCode.WRONG_STATE, at);
        } else {
            return task;
        }
        return null;
    }

    private boolean reject(TaskCommand command, String type, RejectionCode code, long at) {
        return reject(command.taskId(), command.capability(), command.requestId(), type, code, at);
    }

    private boolean reject(
            String taskId, String capability, @Nullable String requestId, String type, RejectionCode code, long at) {
        Task task = tasks.get(taskId);
        out.emit(new TaskEvent.CommandRejected(
                taskId,
                capability,
                at,
                requestId,
                type,
                code,
                "expected otherwise: " + code,
                task == null ? null : task.status));
        return false;
    }

    void take(TaskResult result, long at) {
        if (!(result instanceof TaskResult.Report report)) {
            return;
        }
        Task task = tasks.get(report.taskId());
        RejectionCode refusal = refusalOf(task, report);
        if (task == null || refusal != null) {
            reject(
                    report.taskId(),
                    task == null ? "unknown" : task.spec.capability(),
                    report.requestId(),
                    "TaskResult",
                    Objects.requireNonNull(refusal),
                    at);
            return;
        }
        result.accept(new Outcome(task, report, at));
    }

    private static @Nullable RejectionCode refusalOf(@Nullable Task task, TaskResult.Report report) {
        if (task == null) {
            return RejectionCode.UNKNOWN_TASK;
        }
        if (task.status != TaskStatus.ASSIGNED && task.status != TaskStatus.ACTIVE) {
            return RejectionCode.WRONG_STATE;
        }
        if (!report.agentId().equals(task.agentId)) {
            return RejectionCode.NOT_ASSIGNED;
        }
        Integer attempt = report.attempt();
        return attempt != null && attempt != task.attempt ? RejectionCode.STALE_ATTEMPT : null;
    }

    private void requeue(
            Task task, long at, @Nullable String requestId, int retries, RequeueReason reason, @Nullable String error) {
        task.status = TaskStatus.PENDING;
        task.retries = retries;
        task.failedBefore = reason == RequeueReason.ATTEMPT_FAILED;
        out.emit(new TaskEvent.Requeued(
                task.spec.taskId(),
                task.spec.capability(),
                at,
                requestId,
                task.agentId,
                task.attempt,
                retries,
                reason,
                error,
                at,
                null));
        task.agentId = null;
    }

    private final class Outcome implements TaskResult.Visitor<Boolean> {
        private final Task task;
        private final TaskResult.Report report;
        private final long at;

        Outcome(Task task, TaskResult.Report report, long at) {
            this.task = task;
            this.report = report;
            this.at = at;
        }

        @Override
        public Boolean visit(TaskResult.Started started) {
            task.status = TaskStatus.ACTIVE;
            out.emit(new TaskEvent.Started(
                    started.taskId(), task.spec.capability(), at, report.requestId(), started.agentId(), task.attempt));
            return true;
        }

        @Override
        public Boolean visit(TaskResult.Progress progress) {
            return false;
        }

        @Override
        public Boolean visit(TaskResult.Completed completed) {
            task.status = TaskStatus.COMPLETED;
            task.result = completed.resultData();
            out.emit(new TaskEvent.Completed(
                    completed.taskId(),
                    task.spec.capability(),
                    at,
                    report.requestId(),
                    completed.agentId(),
                    task.attempt,
                    completed.resultData(),
                    at));
            return true;
        }

        @Override
        public Boolean visit(TaskResult.Failed failed) {
            String error = String.valueOf(failed.errorMessage());
            if (failed.retryable() && task.retries < task.spec.maxRetries()) {
                requeue(task, at, report.requestId(), task.retries + 1, RequeueReason.ATTEMPT_FAILED, error);
                return true;
            }
            task.status = TaskStatus.FAILED;
            task.error = error;
            out.emit(new TaskEvent.Failed(
                    failed.taskId(),
                    task.spec.capability(),
                    at,
                    report.requestId(),
                    failed.agentId(),
                    task.attempt,
                    task.retries,
                    RequeueReason.ATTEMPT_FAILED,
                    error,
                    null));
            out.emitDeadLetter(new DeadTask(
                    task.spec, at, task.attempt, task.retries, RequeueReason.ATTEMPT_FAILED, error, failed.agentId()));
            return true;
        }

        @Override
        public Boolean visit(TaskResult.Released released) {
            return false;
        }

        @Override
        public Boolean visit(Tick tick) {
            return false;
        }
    }
}
