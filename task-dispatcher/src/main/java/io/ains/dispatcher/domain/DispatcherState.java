package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one partition knows, in memory. Changed by events (see {@link EventApplier}), by what the
 * heartbeat-processor says of agents, and by ticks; read by the rules. Not safe for use by several threads.
 */
final class DispatcherState {
    private record Ended(Task task, long at) {}

    final DispatcherSettings settings;
    final Timers<Task> taskTimers = new Timers<>(this::deadlineOf);
    final Timers<AgentSlots> agentTimers =
            new Timers<>(agent -> agent.pausedUntil == 0 ? Timers.Timed.NEVER : agent.pausedUntil);

    private final Map<String, Task> tasks = new HashMap<>();
    private final Map<String, CapabilityState> capabilities = new HashMap<>();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private final Set<Task> changedTasks = new LinkedHashSet<>();
    private final Set<AgentSlots> changedAgents = new LinkedHashSet<>();
    private long sequence;
    private long lastTick;
    private long graceUntil;

    DispatcherState(DispatcherSettings settings) {
        this.settings = settings;
    }

    // ---- what the rules read

    @Nullable
    Task task(String id) {
        return tasks.get(id);
    }

    @Nullable
    CapabilityState capability(String name) {
        return capabilities.get(name);
    }

    Collection<CapabilityState> capabilities() {
        return Collections.unmodifiableCollection(capabilities.values());
    }

    @Nullable
    AgentSlots holderOf(Task task) {
        CapabilityState capability = capabilities.get(task.capability);
        return capability == null || task.agentId == null ? null : capability.pool.find(task.agentId);
    }

    /** When a task's lease is over: the time to acknowledge, or to run; never before a grace period is. */
    long leaseEnd(Task task) {
        AgentSlots holder = holderOf(task);
        boolean unacknowledged = task.status == TaskStatus.ASSIGNED && (holder == null || holder.acknowledges());
        long end = unacknowledged
                ? task.assignedAt + settings.ackTimeout().toMillis()
                : Math.max(task.assignedAt, task.startedAt) + task.timeoutSeconds * 1_000L;
        return Math.max(end, graceUntil);
    }

    private long deadlineOf(Task task) {
        long own = switch (task.status) {
            case SCHEDULED, PENDING -> task.queued ? Timers.Timed.NEVER : task.availableAt;
            case ASSIGNED, ACTIVE -> leaseEnd(task);
            case COMPLETED, FAILED, CANCELLED, EXPIRED -> Timers.Timed.NEVER;
        };
        return task.status.isTerminal() ? own : Math.min(own, task.expiresAt);
    }

    /** When the longest remembered of the ended tasks is to be forgotten. */
    long nextForgetting() {
        Ended first = ended.peek();
        return first == null
                ? Timers.Timed.NEVER
                : first.at + settings.rememberFor().toMillis();
    }

    // ---- what is not a task's event

    /**
     * Time goes on. After an absence of the control plane nobody is held to a deadline that fell into it; nor while it is
     * behind, since an agent can answer what it is given now only when the log has come to the present.
     */
    void ticked(long time, long lag) {
        long absence = settings.absence().toMillis();
        if (time - lastTick > absence || lag > absence) {
            graceUntil = Math.max(graceUntil, time + lag + settings.grace().toMillis());
        }
        lastTick = time;
    }

    CapabilityState addCapability(String name) {
        return capabilities.computeIfAbsent(name, key -> new CapabilityState(key, settings));
    }

    /** Takes over what the heartbeat-processor says; the rules have requeued before what a lost agent held. */
    void apply(AgentCapacity capacity) {
        CapabilityState capability = addCapability(capacity.capability());
        AgentSlots known = capability.pool.find(capacity.agentId());
        boolean newSession = known != null && !known.capacity.sessionId().equals(capacity.sessionId());
        AgentSlots agent = capability.pool.put(capacity);
        if (newSession) {
            capability.pool.change(agent, fresh -> {
                fresh.misses = 0;
                fresh.pausedUntil = 0;
            });
        }
        if (capacity.maxConcurrency() == 0 && agent.held.isEmpty()) {
            capability.pool.remove(agent);
        }
        changedAgents.add(agent);
    }

    /** The agent has shown that it hears. */
    void proved(AgentSlots agent) {
        if (agent.misses > 0) {
            changeAgent(agent, heard -> {
                heard.pausedUntil = settings.restMillis(heard.misses) == 0 ? heard.pausedUntil : 0;
                heard.misses = 0;
            });
        }
    }

    void pauseOver(AgentSlots agent) {
        changeAgent(agent, rested -> rested.pausedUntil = 0);
    }

    /**
     * Forgets one ended task whose time has come, or that is one too many.
     *
     * @return its id; null if none is to be forgotten
     */
    @Nullable
    String forgetOne(long now) {
        while (true) {
            Ended first = ended.peek();
            if (first == null || (nextForgetting() > now && ended.size() <= settings.rememberAtMost())) {
                return null;
            }
            ended.poll();
            if (first.task.status.isTerminal() && first.task.endedAt == first.at) {
                changedTasks.remove(first.task);
                if (tasks.remove(first.task.id, first.task)) {
                    return first.task.id;
                }
            }
        }
    }

    // ---- after a restart

    void restore(AgentRecord record) {
        CapabilityState capability = addCapability(record.capacity().capability());
        AgentSlots agent = capability.pool.put(record.capacity());
        capability.pool.change(agent, restored -> {
            restored.misses = record.misses();
            restored.meanDurationMs = record.meanDurationMs();
        });
    }

    /** Agents come before tasks; tasks that have ended come in the order in which they did. */
    void restore(TaskRecord record) {
        Task task = new Task(record);
        tasks.put(task.id, task);
        sequence = Math.max(sequence, task.sequence);
        if (task.status.isTerminal()) {
            ended.add(new Ended(task, task.endedAt));
            return;
        }
        if (task.isHeld()) {
            AgentSlots holder = holderOf(task);
            if (holder != null) {
                capabilityOf(task).pool.change(holder, agent -> agent.held.add(task));
            }
        } else if (task.status == TaskStatus.PENDING && task.availableAt == 0) {
            addCapability(task.capability).queue.add(task);
        }
        taskTimers.changed(task);
    }

    // ---- what is to be stored

    void drainChanged(Consumer<Task> taskSink, Consumer<AgentSlots> agentSink) {
        changedTasks.forEach(taskSink);
        changedTasks.clear();
        changedAgents.forEach(agentSink);
        changedAgents.clear();
    }

    // ---- what an event changes

    /** A task that was not known. */
    Task addTask(TaskSpec spec, long at) {
        Task task = new Task(spec, at, ++sequence);
        tasks.put(task.id, task);
        return task;
    }

    CapabilityState capabilityOf(Task task) {
        return addCapability(task.capability);
    }

    void changeAgent(AgentSlots agent, Consumer<AgentSlots> change) {
        CapabilityState capability = capabilities.get(agent.capability);
        if (capability == null || capability.pool.find(agent.agentId) != agent) {
            return; // a timer of one that is gone, and may have been replaced
        }
        capability.pool.change(agent, change);
        agentTimers.changed(agent);
        changedAgents.add(agent);
    }

    /** From now on it is remembered only for who submits it again. */
    void ended(Task task, long at) {
        task.endedAt = at;
        ended.add(new Ended(task, at));
    }

    /** The task is to be stored, and woken when it now wants to be. */
    void changed(Task task) {
        taskTimers.changed(task);
        changedTasks.add(task);
    }
}
