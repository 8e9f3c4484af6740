package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** A dispatcher, a clock that the test moves, and a log of what it did; can be restarted from what it stored. */
final class Scenario implements Effects, TaskArchive {
    static final String CAPABILITY = "work";

    final List<TaskEvent> events = new ArrayList<>();
    final List<TaskDelivery.TaskRevocation> revocations = new ArrayList<>();
    final List<AgentOutcome> outcomes = new ArrayList<>();
    final List<TaskDelivery> told = new ArrayList<>();
    final List<RejectionCode> ignored = new ArrayList<>();
    private final Map<String, TaskRecord> storedTasks = new LinkedHashMap<>();
    private final Map<String, AgentRecord> storedAgents = new LinkedHashMap<>();
    private final Map<String, JsonNode> results = new LinkedHashMap<>();
    private final Set<String> storedCapabilities = new LinkedHashSet<>();
    private final DispatcherSettings settings;
    private Dispatcher dispatcher;
    private long now = 1_000_000;

    Scenario(DispatcherSettings settings) {
        this.settings = settings;
        this.dispatcher = new Dispatcher(settings, this, this);
        dispatcher.tick(now, 0);
    }

    static Scenario withDefaults() {
        return new Scenario(DispatcherSettings.defaults());
    }

    long now() {
        return now;
    }

    // ---- what happens

    /** Moves the clock and ticks once a second on the way, as the shell does. */
    Scenario pass(Duration time) {
        long end = now + time.toMillis();
        while (now < end) {
            now = Math.min(end, now + 1_000);
            dispatcher.tick(now, 0);
        }
        return this;
    }

    /** Moves the clock without a tick: the control plane was away. */
    Scenario absentFor(Duration time) {
        now += time.toMillis();
        return this;
    }

    Scenario tick() {
        dispatcher.tick(now, 0);
        return this;
    }

    /** A tick that was read so long after the broker took it. */
    Scenario tick(Duration lag) {
        dispatcher.tick(now, lag.toMillis());
        return this;
    }

    Scenario moment() {
        now += 1;
        return this;
    }

    /** The process dies and comes back with what it had stored. */
    Scenario restart() {
        dispatcher = new Dispatcher(settings, this, this);
        storedCapabilities.forEach(dispatcher::restoreCapability);
        storedAgents.values().forEach(dispatcher::restore);
        storedTasks.values().stream()
                .filter(task -> !task.status().isTerminal())
                .forEach(dispatcher::restore);
        storedTasks.values().stream()
                .filter(task -> task.status().isTerminal())
                .sorted(Comparator.comparingLong(TaskRecord::endedAt))
                .forEach(dispatcher::restore);
        storedCapabilities.forEach(dispatcher::open);
        return this;
    }

    Scenario agent(String id, int slots) {
        return agent(id, id + "-s1", slots, AgentStatus.AVAILABLE, StatusReason.REGISTERED);
    }

    Scenario agent(String id, String session, int slots, AgentStatus status, StatusReason reason) {
        return capacity(new AgentCapacity(id, session, CAPABILITY, DeliveryMode.KAFKA, status, reason, slots, 0.5));
    }

    Scenario trusted(String id, int slots, double trust) {
        return capacity(new AgentCapacity(
                id,
                id + "-s1",
                CAPABILITY,
                DeliveryMode.KAFKA,
                AgentStatus.AVAILABLE,
                StatusReason.REGISTERED,
                slots,
                trust));
    }

    Scenario polling(String id, int slots) {
        return capacity(new AgentCapacity(
                id,
                id + "-s1",
                CAPABILITY,
                DeliveryMode.POLL,
                AgentStatus.AVAILABLE,
                StatusReason.REGISTERED,
                slots,
                0.5));
    }

    Scenario capacity(AgentCapacity capacity) {
        dispatcher.on(capacity, now);
        return this;
    }

    Scenario lost(String id) {
        return agent(id, id + "-s1", 1, AgentStatus.INACTIVE, StatusReason.SILENCE);
    }

    Scenario submit(String id) {
        return submit(id, task -> task);
    }

    Scenario submit(String id, UnaryOperator<TaskSpec.Builder> wishes) {
        return submit(id, "client", wishes);
    }

    Scenario submit(String id, String client, UnaryOperator<TaskSpec.Builder> wishes) {
        TaskSpec spec = wishes.apply(TaskSpec.of(id, client, CAPABILITY)).build();
        return command(new TaskCommand.SubmitTask("request-" + id, spec));
    }

    Scenario command(TaskCommand command) {
        dispatcher.on(command, now);
        return this;
    }

    Scenario cancel(String id) {
        return command(new TaskCommand.CancelTask(id, CAPABILITY, "cancel-" + id, null, "not needed"));
    }

    Scenario started(String id) {
        TaskEvent.Assigned assigned = assignmentOf(id);
        return report(new TaskResult.Started(id, assigned.agentId(), assigned.sessionId(), assigned.attempt(), null));
    }

    Scenario completed(String id) {
        TaskEvent.Assigned assigned = assignmentOf(id);
        return report(new TaskResult.Completed(
                id,
                assigned.agentId(),
                assigned.sessionId(),
                assigned.attempt(),
                null,
                StringNode.valueOf("result of " + id)));
    }

    Scenario failed(String id) {
        return failed(id, true);
    }

    Scenario failed(String id, boolean retryable) {
        TaskEvent.Assigned assigned = assignmentOf(id);
        return report(new TaskResult.Failed(
                id, assigned.agentId(), assigned.sessionId(), assigned.attempt(), null, "boom", retryable));
    }

    Scenario released(String id) {
        TaskEvent.Assigned assigned = assignmentOf(id);
        return report(new TaskResult.Released(
                id, assigned.agentId(), assigned.sessionId(), assigned.attempt(), null, "full"));
    }

    Scenario report(TaskResult.Report report) {
        dispatcher.on(report, now);
        return this;
    }

    // ---- what is seen

    TaskEvent.Assigned assignmentOf(String id) {
        return Objects.requireNonNull(last(TaskEvent.Assigned.class, id), "assignment of " + id);
    }

    <E extends TaskEvent> @Nullable E last(Class<E> type, String id) {
        E found = null;
        for (TaskEvent event : events) {
            if (type.isInstance(event) && event.taskId().equals(id)) {
                found = type.cast(event);
            }
        }
        return found;
    }

    <E extends TaskEvent> E the(Class<E> type, String id) {
        E found = last(type, id);
        assertThat(found).as("%s of %s", type.getSimpleName(), id).isNotNull();
        return Objects.requireNonNull(found);
    }

    List<String> order() {
        return events.stream()
                .filter(TaskEvent.Assigned.class::isInstance)
                .map(TaskEvent::taskId)
                .toList();
    }

    TaskRecord stored(String id) {
        return Objects.requireNonNull(storedTasks.get(id), "stored " + id);
    }

    boolean remembers(String id) {
        return storedTasks.containsKey(id);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    // ---- effects

    @Override
    public void event(TaskEvent event) {
        events.add(event);
        if (event instanceof TaskEvent.Completed completed && completed.resultData() != null) {
            results.put(event.taskId(), completed.resultData());
        }
    }

    @Override
    public void tell(String capability, TaskDelivery delivery) {
        if (delivery instanceof TaskDelivery.TaskRevocation revocation) {
            revocations.add(revocation);
        } else {
            told.add(delivery);
        }
    }

    @Override
    public void agent(AgentOutcome outcome) {
        outcomes.add(outcome);
    }

    @Override
    public void store(TaskRecord task) {
        storedTasks.put(task.taskId(), task);
    }

    @Override
    public void store(AgentRecord agent, boolean gone) {
        if (gone) {
            storedAgents.remove(agent.capacity().agentId());
        } else {
            storedAgents.put(agent.capacity().agentId(), agent);
        }
    }

    @Override
    public void newCapability(String capability) {
        storedCapabilities.add(capability);
        dispatcher.open(capability);
    }

    @Override
    public void forget(String taskId) {
        storedTasks.remove(taskId);
    }

    @Override
    public void ignored(RejectionCode why) {
        ignored.add(why);
    }

    @Override
    public @Nullable JsonNode resultOf(String taskId) {
        return results.get(taskId);
    }
}
