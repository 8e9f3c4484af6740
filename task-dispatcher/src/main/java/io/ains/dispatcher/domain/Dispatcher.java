package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one partition. Every method takes the broker's time of the record that it is about, in milliseconds
 * since the epoch; deadlines fire by {@link #tick} alone. Not safe for use by several threads.
 */
public final class Dispatcher {
    /** So that no single tick blocks the partition; the next one goes on. */
    private static final int MOST_TIMERS_A_TICK = 1_000;

    private static final int MOST_FORGOTTEN_A_TICK = 5_000;

    /** What one record leads to has to fit into a transaction, inputs and all; the next record or tick goes on. */
    private static final int MOST_ASSIGNMENTS_AT_ONCE = 200;

    private final DispatcherState state;
    private final EventApplier applier;
    private final CommandRules commands;
    private final AttemptRules attempts;
    private final Effects effects;
    private final Set<CapabilityState> touched = new LinkedHashSet<>();
    private long now;
    /** Until the first tick nobody knows what time it is, and nothing is given out. */
    private boolean ticking;

    /**
     * A dispatcher that knows nothing yet.
     *
     * @param settings what the rules may be told
     * @param archive of results
     * @param effects what it does to the world
     */
    public Dispatcher(DispatcherSettings settings, TaskArchive archive, Effects effects) {
        this.state = new DispatcherState(settings);
        this.applier = new EventApplier(state);
        this.commands = new CommandRules(state, archive);
        this.attempts = new AttemptRules(state);
        this.effects = effects;
    }

    /** What was stored of a capability: before agents and tasks. */
    public void restoreCapability(String name) {
        state.addCapability(name);
    }

    /** What was stored of an agent: before tasks. */
    public void restore(AgentRecord agent) {
        state.restore(agent);
    }

    /** What was stored of a task; ended ones in the order of {@code endedAt}. */
    public void restore(TaskRecord task) {
        state.restore(task);
    }

    /** A capability's topic is there: from now on its tasks are given out. */
    public void open(String capability) {
        CapabilityState opened = state.addCapability(capability);
        opened.open = true;
        touched.add(opened);
        settle();
    }

    /** A client asks. */
    public void on(TaskCommand command, long at) {
        advance(at);
        tell(commands.decide(command, now));
        settle();
    }

    /** An agent reports. */
    public void on(TaskResult.Report report, long at) {
        advance(at);
        hears(report);
        AttemptRules.Verdict verdict = attempts.decide(report, now);
        TaskEvent event = verdict.event();
        RejectionCode refused = verdict.refused();
        if (event != null) {
            tell(event);
        } else if (refused != null) {
            refuse(report, refused, verdict.message());
        }
        settle();
    }

    /** An agent that says anything in its living session is not deaf, even if it says it too late. */
    private void hears(TaskResult.Report report) {
        Task task = state.task(report.taskId());
        CapabilityState capability = task == null ? null : state.capability(task.capability);
        AgentSlots agent = capability == null ? null : capability.pool.find(report.agentId());
        if (agent != null && (report.sessionId() == null || report.sessionId().equals(agent.capacity.sessionId()))) {
            if (agent.misses >= state.settings.missesBeforeRest()) {
                effects.agent(
                        new AgentOutcome.Resumed(agent.agentId, agent.capacity.sessionId(), agent.capability, now));
            }
            state.proved(agent);
            touched.add(capability);
        }
    }

    private void tellIfItRests(TaskEvent event, String agentId) {
        boolean missed = event instanceof TaskEvent.Requeued requeued && requeued.reason() == RequeueReason.ACK_TIMEOUT;
        CapabilityState capability = state.capability(event.capability());
        AgentSlots agent = missed && capability != null ? capability.pool.find(agentId) : null;
        if (agent != null && agent.misses >= state.settings.missesBeforeRest()) {
            String reason = "left " + agent.misses + " assignments in a row unacknowledged for "
                    + state.settings.ackTimeout().toMillis() + " ms each";
            effects.agent(new AgentOutcome.Rested(agentId, agent.capacity.sessionId(), agent.capability, reason, now));
        }
    }

    private void refuse(TaskResult.Report report, RejectionCode code, String message) {
        Task task = state.task(report.taskId());
        if (report.requestId() == null) {
            effects.ignored(code);
            return;
        }
        effects.event(new TaskEvent.CommandRejected(
                report.taskId(),
                task == null ? "" : task.capability,
                now,
                report.requestId(),
                "Task" + report.getClass().getSimpleName(),
                code,
                message,
                task == null ? null : task.status));
    }

    /** The heartbeat-processor says how an agent is. */
    public void on(AgentCapacity capacity, long at) {
        advance(at);
        CapabilityState capability = state.capability(capacity.capability());
        if (capability == null) {
            capability = state.addCapability(capacity.capability());
            effects.newCapability(capacity.capability());
        }
        AgentSlots agent = capability.pool.find(capacity.agentId());
        RequeueReason loss = agent == null ? null : lossOf(agent, capacity);
        if (agent != null && loss != null) {
            for (Task task : List.copyOf(agent.held)) {
                tell(attempts.lost(task, now, loss));
            }
        }
        state.apply(capacity);
        touched.add(capability);
        settle();
    }

    private static @Nullable RequeueReason lossOf(AgentSlots agent, AgentCapacity capacity) {
        if (!agent.capacity.sessionId().equals(capacity.sessionId())) {
            return RequeueReason.SESSION_REPLACED;
        }
        boolean gone = capacity.status() == AgentStatus.INACTIVE
                && (capacity.statusReason() == StatusReason.SILENCE
                        || capacity.statusReason() == StatusReason.DEREGISTERED);
        return gone ? RequeueReason.AGENT_LOST : null;
    }

    /**
     * Time has come to {@code at}: everything that the broker took before is known.
     *
     * @param lag how long ago that was, in milliseconds
     */
    public void tick(long at, long lag) {
        advance(at);
        state.ticked(now, lag);
        if (!ticking) {
            ticking = true;
            touched.addAll(state.capabilities());
        }
        int fired = 0;
        for (Task task = state.taskTimers.next(now); task != null; task = nextTask(++fired)) {
            TaskEvent event = attempts.due(task, now);
            if (event != null) {
                tell(event);
            } else {
                state.taskTimers.changed(task);
            }
        }
        for (AgentSlots agent = state.agentTimers.next(now); agent != null; agent = state.agentTimers.next(now)) {
            state.pauseOver(agent);
            CapabilityState capability = state.capability(agent.capability);
            if (capability != null) {
                touched.add(capability);
            }
        }
        for (int forgotten = 0; forgotten < MOST_FORGOTTEN_A_TICK; forgotten++) {
            String taskId = state.forgetOne(now);
            if (taskId == null) {
                break;
            }
            effects.forget(taskId);
        }
        settle();
    }

    private @Nullable Task nextTask(int fired) {
        return fired < MOST_TIMERS_A_TICK ? state.taskTimers.next(now) : null;
    }

    /**
     * When a tick is wanted.
     *
     * @return milliseconds since the epoch, never too late but perhaps too early; {@link Long#MAX_VALUE} if no timer
     *     runs
     */
    public long nextDeadline() {
        return touched.isEmpty() ? Math.min(state.taskTimers.nextAt(), state.agentTimers.nextAt()) : now;
    }

    /**
     * How each capability stands.
     *
     * @return a picture of its own
     */
    public List<CapabilityView> capabilities() {
        List<CapabilityView> views = new ArrayList<>();
        for (CapabilityState capability : state.capabilities()) {
            views.add(new CapabilityView(
                    capability.name,
                    capability.queue.waiting(),
                    capability.pool.held(),
                    capability.pool.available(),
                    capability.pool.freeSlots()));
        }
        return views;
    }

    /** The brokers' clocks of two topics may differ a little; the dispatcher's time never goes back. */
    private void advance(long at) {
        now = Math.max(now, at);
    }

    private void tell(TaskEvent event) {
        Task before = state.task(event.taskId());
        String agentId = before == null ? null : before.agentId;
        String sessionId = before == null ? null : before.sessionId;
        int attempt = before == null ? 0 : before.attempt;
        event.accept(applier);
        effects.event(event);
        CapabilityState capability = state.capability(event.capability());
        if (capability != null) {
            touched.add(capability);
        }
        if (agentId != null) {
            tellIfItRests(event, agentId);
        }
        String over = agentId == null || sessionId == null ? null : Revocations.reasonOf(event);
        if (over != null && agentId != null && sessionId != null) {
            effects.tell(
                    event.capability(),
                    new TaskDelivery.TaskRevocation(event.taskId(), agentId, sessionId, attempt, over));
        }
        if (event instanceof TaskEvent.TimeoutChanged changed && agentId != null && sessionId != null) {
            effects.tell(
                    event.capability(),
                    new TaskDelivery.TaskTimeoutChange(
                            event.taskId(), agentId, sessionId, attempt, changed.newTimeoutSeconds()));
        }
    }

    private CapabilityState.@Nullable Match next(CapabilityState capability) {
        return ticking ? capability.next() : null;
    }

    /** Gives out what can be given out, within bounds, and stores what has changed, once. */
    private void settle() {
        int assignments = 0;
        while (!touched.isEmpty() && assignments < MOST_ASSIGNMENTS_AT_ONCE) {
            CapabilityState capability = touched.iterator().next();
            touched.remove(capability);
            CapabilityState.Match match = next(capability);
            while (match != null) {
                assign(match);
                match = ++assignments < MOST_ASSIGNMENTS_AT_ONCE ? next(capability) : null;
            }
            if (assignments == MOST_ASSIGNMENTS_AT_ONCE) {
                touched.add(capability);
            }
        }
        state.drainChanged(
                task -> effects.store(task.toRecord()),
                agent -> effects.store(agent.toRecord(), agent.capacity.maxConcurrency() == 0 && agent.held.isEmpty()));
    }

    private void assign(CapabilityState.Match match) {
        Task task = match.task();
        AgentSlots agent = match.agent();
        TaskEvent.Assigned assigned = new TaskEvent.Assigned(
                task.id, task.capability, now, null, agent.agentId, agent.capacity.sessionId(), task.attempt + 1);
        assigned.accept(applier);
        effects.event(assigned);
    }
}
