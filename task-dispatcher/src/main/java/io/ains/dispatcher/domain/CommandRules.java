package io.ains.dispatcher.domain;

import io.ains.protocol.Ids;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a client's command leads to: one event, which may be a refusal. Changes nothing. */
final class CommandRules {
    private static final int MAX_PRIORITY = 10;
    private static final int MAX_TIMEOUT_SECONDS = 86_400;
    private static final int MAX_RETRIES = 10;

    private final DispatcherState state;
    private final TaskArchive archive;

    CommandRules(DispatcherState state, TaskArchive archive) {
        this.state = state;
        this.archive = archive;
    }

    TaskEvent decide(TaskCommand command, long at) {
        return command.accept(new TaskCommand.Visitor<>() {
            @Override
            public TaskEvent visit(TaskCommand.SubmitTask submit) {
                return decide(submit, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.CancelTask cancel) {
                return decide(cancel, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.ChangePriority change) {
                return decide(change, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.ChangeTimeout change) {
                return decide(change, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.RetryTask retry) {
                return decide(retry, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.PurgeDeadTask purge) {
                return decide(purge, at);
            }

            @Override
            public TaskEvent visit(TaskCommand.TestRouting test) {
                return decide(test, at);
            }
        });
    }

    private TaskEvent decide(TaskCommand.SubmitTask command, long at) {
        TaskSpec spec = command.task();
        Refusal refusal = new Refusal(command, "SubmitTask", at);
        String fault = faultOf(spec, at);
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault);
        }
        Task known = state.task(spec.taskId());
        if (known != null) {
            return repeated(command, known, at);
        }
        if (state.capability(spec.capability()) == null) {
            return refusal.unknownCapability();
        }
        Long notBefore = spec.notBefore();
        TaskStatus status = notBefore != null && notBefore > at ? TaskStatus.SCHEDULED : TaskStatus.PENDING;
        return new TaskEvent.Submitted(spec.taskId(), spec.capability(), at, command.requestId(), spec, status);
    }

    private TaskEvent repeated(TaskCommand.SubmitTask command, Task known, long at) {
        return new TaskEvent.SubmissionRepeated(
                known.id,
                known.capability,
                at,
                command.requestId(),
                known.status,
                known.attempt,
                known.status == TaskStatus.COMPLETED ? archive.resultOf(known.id) : null,
                known.errorMessage);
    }

    private TaskEvent decide(TaskCommand.CancelTask command, long at) {
        Refusal refusal = new Refusal(command, "CancelTask", at);
        Task task = state.task(command.taskId());
        TaskEvent refused = refusal.unlessLive(task, command.clientId());
        if (task == null || refused != null) {
            return Objects.requireNonNull(refused);
        }
        return new TaskEvent.Cancelled(
                task.id, task.capability, at, command.requestId(), task.agentId, task.attempt, command.reason());
    }

    private TaskEvent decide(TaskCommand.ChangePriority command, long at) {
        Refusal refusal = new Refusal(command, "ChangePriority", at);
        Task task = state.task(command.taskId());
        TaskEvent refused = refusal.unlessLive(task, command.clientId());
        if (task == null || refused != null) {
            return Objects.requireNonNull(refused);
        }
        String fault = priorityFault(command.priority());
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault, task);
        }
        if (!task.isWaiting()) {
            return refusal.because(
                    RejectionCode.WRONG_STATE, "expected a task that waits, but it is " + task.status, task);
        }
        return new TaskEvent.PriorityChanged(
                task.id, task.capability, at, command.requestId(), task.priority, command.priority(), task.status);
    }

    private TaskEvent decide(TaskCommand.ChangeTimeout command, long at) {
        Refusal refusal = new Refusal(command, "ChangeTimeout", at);
        Task task = state.task(command.taskId());
        TaskEvent refused = refusal.unlessLive(task, command.clientId());
        if (task == null || refused != null) {
            return Objects.requireNonNull(refused);
        }
        String fault = timeoutFault(command.timeoutSeconds());
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault, task);
        }
        return new TaskEvent.TimeoutChanged(
                task.id,
                task.capability,
                at,
                command.requestId(),
                task.timeoutSeconds,
                command.timeoutSeconds(),
                task.status);
    }

    private TaskEvent decide(TaskCommand.RetryTask command, long at) {
        Refusal refusal = new Refusal(command, "RetryTask", at);
        Task task = state.task(command.taskId());
        if (task == null) {
            return decideForgotten(command, refusal, at);
        }
        if (task.status != TaskStatus.FAILED) {
            return refusal.because(RejectionCode.WRONG_STATE, "expected a FAILED task, but it is " + task.status, task);
        }
        return new TaskEvent.Requeued(
                task.id,
                task.capability,
                at,
                command.requestId(),
                null,
                task.attempt,
                0,
                RequeueReason.RETRY_REQUESTED,
                null,
                at,
                null);
    }

    /** Its dead letter has all that is needed to begin anew. */
    private TaskEvent decideForgotten(TaskCommand.RetryTask command, Refusal refusal, long at) {
        TaskSpec spec = command.task();
        if (spec == null) {
            return refusal.unknown();
        }
        if (!spec.taskId().equals(command.taskId()) || !spec.capability().equals(command.capability())) {
            return refusal.because(
                    RejectionCode.INVALID, "expected task to be the task that task_id and capability name");
        }
        String fault = faultOf(spec, at);
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault);
        }
        if (state.capability(spec.capability()) == null) {
            return refusal.unknownCapability();
        }
        return new TaskEvent.Requeued(
                spec.taskId(),
                spec.capability(),
                at,
                command.requestId(),
                null,
                0,
                0,
                RequeueReason.RETRY_REQUESTED,
                null,
                at,
                spec);
    }

    private TaskEvent decide(TaskCommand.PurgeDeadTask command, long at) {
        Refusal refusal = new Refusal(command, "PurgeDeadTask", at);
        String fault = idFault("task_id", command.taskId());
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault);
        }
        Task task = state.task(command.taskId());
        if (task != null && task.status != TaskStatus.FAILED) {
            return refusal.because(RejectionCode.WRONG_STATE, "expected a FAILED task, but it is " + task.status, task);
        }
        return new TaskEvent.DeadTaskPurged(command.taskId(), command.capability(), at, command.requestId());
    }

    private TaskEvent decide(TaskCommand.TestRouting command, long at) {
        Refusal refusal = new Refusal(command, "TestRouting", at);
        RoutingStrategy strategy = Objects.requireNonNullElse(command.routingStrategy(), RoutingStrategy.LEAST_LOADED);
        TaskSpec spec = TaskSpec.of(command.taskId(), "nobody", command.capability())
                .routingStrategy(strategy)
                .stickyKey(command.stickyKey())
                .minTrust(Objects.requireNonNullElse(command.minTrust(), 0.0))
                .build();
        String fault = faultOf(spec, at);
        if (fault != null) {
            return refusal.because(RejectionCode.INVALID, fault);
        }
        CapabilityState capability = state.capability(spec.capability());
        if (capability == null) {
            return refusal.unknownCapability();
        }
        Router router = capability.pool.router(strategy);
        AgentSlots picked = router.pick(new Task(spec, at, 0));
        return new TaskEvent.RoutingTested(
                spec.taskId(),
                spec.capability(),
                at,
                command.requestId(),
                strategy,
                picked == null ? null : picked.agentId,
                picked == null ? nobody(capability.pool, spec) : router.reason(picked));
    }

    private static String nobody(AgentPool pool, TaskSpec spec) {
        return pool.canServe(0)
                ? "no agent with a free slot is trusted as much as " + spec.minTrust()
                : "of " + pool.available() + " available agents none has a free slot";
    }

    private static @Nullable String faultOf(TaskSpec spec, long at) {
        String fault = idFault("task_id", spec.taskId());
        fault = fault != null ? fault : idFault("client_id", spec.clientId());
        fault = fault != null ? fault : idFault("capability", spec.capability());
        fault = fault != null ? fault : idFault("task_type", spec.taskType());
        String stickyKey = spec.stickyKey();
        if (fault == null && stickyKey != null) {
            fault = idFault("sticky_key", stickyKey);
        }
        fault = fault != null ? fault : priorityFault(spec.priority());
        fault = fault != null ? fault : timeoutFault(spec.timeoutSeconds());
        if (fault != null) {
            return fault;
        }
        if (spec.maxRetries() < 0 || spec.maxRetries() > MAX_RETRIES) {
            return "expected max_retries from 0 to " + MAX_RETRIES + ", but got " + spec.maxRetries();
        }
        if (!(spec.minTrust() >= 0 && spec.minTrust() <= 1)) {
            return "expected min_trust from 0 to 1, but got " + spec.minTrust();
        }
        if (spec.routingStrategy() == RoutingStrategy.STICKY && stickyKey == null) {
            return "expected a sticky_key with the routing_strategy sticky, but got none";
        }
        Long expiresAt = spec.expiresAt();
        if (expiresAt != null && expiresAt <= at) {
            return "expected an expires_at in the future, but " + expiresAt + " is past";
        }
        return null;
    }

    private static @Nullable String idFault(String field, String id) {
        return Ids.isValid(id) ? null : "expected " + field + " to be " + Ids.RULE + ", but got " + shortened(id);
    }

    private static String shortened(String id) {
        return id.length() <= Ids.MAX_LENGTH ? "\"" + id + "\"" : id.length() + " characters";
    }

    private static @Nullable String priorityFault(int priority) {
        return priority >= 0 && priority <= MAX_PRIORITY
                ? null
                : "expected a priority from 0 to " + MAX_PRIORITY + ", but got " + priority;
    }

    private static @Nullable String timeoutFault(int seconds) {
        return seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS
                ? null
                : "expected timeout_seconds from 1 to " + MAX_TIMEOUT_SECONDS + ", but got " + seconds;
    }

    /** Says no to one command. */
    private record Refusal(TaskCommand command, String type, long at) {
        TaskEvent because(RejectionCode code, String message) {
            return because(code, message, null);
        }

        TaskEvent because(RejectionCode code, String message, @Nullable Task task) {
            return new TaskEvent.CommandRejected(
                    command.taskId(),
                    command.capability(),
                    at,
                    command.requestId(),
                    type,
                    code,
                    message,
                    task == null ? null : task.status);
        }

        TaskEvent unknownCapability() {
            return because(
                    RejectionCode.UNKNOWN_CAPABILITY,
                    "expected a capability that some agent has offered, but nobody has ever offered "
                            + command.capability());
        }

        TaskEvent unknown() {
            return because(
                    RejectionCode.UNKNOWN_TASK,
                    "expected a task of capability " + command.capability()
                            + " that is live or ended lately, but none has this id");
        }

        @Nullable
        TaskEvent unlessLive(@Nullable Task task, @Nullable String clientId) {
            if (task == null) {
                return unknown();
            }
            if (clientId != null && !clientId.equals(task.clientId)) {
                return because(
                        RejectionCode.NOT_OWNER, "expected the client whose task it is, but got " + clientId, task);
            }
            if (task.status.isTerminal()) {
                return because(
                        RejectionCode.WRONG_STATE,
                        "expected a task that has not ended, but it is " + task.status,
                        task);
            }
            return null;
        }
    }
}
