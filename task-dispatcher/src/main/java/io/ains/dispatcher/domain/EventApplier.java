package io.ains.dispatcher.domain;

import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskStatus;
import java.util.Objects;
import java.util.function.Consumer;

/** Changes the state as an event says. Cannot fail for an event that the rules have made of the same state. */
final class EventApplier implements TaskEvent.Visitor<Void> {
    /** What the newest completion counts for in an agent's moving mean. */
    private static final double NEWEST_SHARE = 0.2;

    private final DispatcherState state;

    EventApplier(DispatcherState state) {
        this.state = state;
    }

    private Task known(TaskEvent event) {
        return Objects.requireNonNull(state.task(event.taskId()), "the rules speak of known tasks only");
    }

    private void enqueue(Task task) {
        task.status = TaskStatus.PENDING;
        state.capabilityOf(task).queue.add(task);
    }

    /** Takes the task from its agent, if it has one, and tells what that says of the agent. */
    private void release(Task task, Consumer<AgentSlots> lesson) {
        AgentSlots holder = state.holderOf(task);
        task.agentId = null;
        task.sessionId = null;
        if (holder == null || !holder.held.contains(task)) {
            return;
        }
        state.changeAgent(holder, agent -> {
            agent.held.remove(task);
            lesson.accept(agent);
        });
        if (holder.capacity.maxConcurrency() == 0 && holder.held.isEmpty()) {
            state.capabilityOf(task).pool.remove(holder);
        }
    }

    private Void end(Task task, TaskStatus status, long at, Consumer<AgentSlots> lesson) {
        if (task.queued) {
            state.capabilityOf(task).queue.remove(task);
        }
        release(task, lesson);
        task.status = status;
        state.ended(task, at);
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Submitted event) {
        Task task = state.addTask(event.task(), event.at());
        task.status = event.status();
        if (task.status == TaskStatus.PENDING) {
            task.availableAt = 0;
            enqueue(task);
        }
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Queued event) {
        Task task = known(event);
        if (task.status == TaskStatus.SCHEDULED) {
            task.enqueuedAt = event.at();
        }
        task.availableAt = 0;
        enqueue(task);
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Assigned event) {
        Task task = known(event);
        CapabilityState capability = state.capabilityOf(task);
        capability.queue.take(task);
        task.status = TaskStatus.ASSIGNED;
        task.attempt = event.attempt();
        task.agentId = event.agentId();
        task.sessionId = event.sessionId();
        task.assignedAt = event.at();
        task.startedAt = 0;
        AgentSlots agent = capability.pool.find(event.agentId());
        if (agent != null) {
            capability.pool.assigned(agent, task);
        }
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Started event) {
        Task task = known(event);
        task.status = TaskStatus.ACTIVE;
        task.startedAt = event.at();
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Progressed event) {
        return null;
    }

    @Override
    public Void visit(TaskEvent.Requeued event) {
        Task task = state.task(event.taskId());
        if (task == null) {
            task = state.addTask(Objects.requireNonNull(event.task(), "a forgotten task comes whole"), event.at());
            task.attempt = event.attempt();
        }
        release(task, agent -> {
            if (event.reason() == RequeueReason.ACK_TIMEOUT) {
                agent.misses++;
                long rest = state.settings.restMillis(agent.misses);
                agent.pausedUntil = rest == 0 ? agent.pausedUntil : event.at() + rest;
            } else if (event.reason() == RequeueReason.RELEASED) {
                agent.pausedUntil = event.at() + state.settings.releasePause().toMillis();
            }
        });
        task.status = TaskStatus.PENDING;
        task.retryCount = event.retryCount();
        task.errorMessage = event.errorMessage();
        if (event.reason() == RequeueReason.RETRY_REQUESTED) {
            task.enqueuedAt = event.at();
        }
        if (event.availableAt() <= event.at()) {
            task.availableAt = 0;
            enqueue(task);
        } else {
            task.availableAt = event.availableAt();
        }
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.Completed event) {
        Task task = known(event);
        Long startedAt = event.startedAt();
        return end(task, TaskStatus.COMPLETED, event.at(), agent -> {
            if (startedAt != null) {
                double took = event.at() - startedAt;
                agent.meanDurationMs = agent.meanDurationMs == 0
                        ? took
                        : agent.meanDurationMs * (1 - NEWEST_SHARE) + took * NEWEST_SHARE;
            }
        });
    }

    @Override
    public Void visit(TaskEvent.Failed event) {
        Task task = known(event);
        task.retryCount = event.retryCount();
        task.errorMessage = event.errorMessage();
        return end(task, TaskStatus.FAILED, event.at(), agent -> {});
    }

    @Override
    public Void visit(TaskEvent.Cancelled event) {
        return end(known(event), TaskStatus.CANCELLED, event.at(), agent -> {});
    }

    @Override
    public Void visit(TaskEvent.Expired event) {
        return end(known(event), TaskStatus.EXPIRED, event.at(), agent -> {});
    }

    @Override
    public Void visit(TaskEvent.PriorityChanged event) {
        Task task = known(event);
        boolean queued = task.queued;
        if (queued) {
            state.capabilityOf(task).queue.remove(task);
        }
        task.priority = event.newPriority();
        if (queued) {
            state.capabilityOf(task).queue.add(task);
        }
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.TimeoutChanged event) {
        Task task = known(event);
        task.timeoutSeconds = event.newTimeoutSeconds();
        state.changed(task);
        return null;
    }

    @Override
    public Void visit(TaskEvent.SubmissionRepeated event) {
        return null;
    }

    @Override
    public Void visit(TaskEvent.DeadTaskPurged event) {
        return null;
    }

    @Override
    public Void visit(TaskEvent.RoutingTested event) {
        return null;
    }

    @Override
    public Void visit(TaskEvent.CommandRejected event) {
        return null;
    }
}
