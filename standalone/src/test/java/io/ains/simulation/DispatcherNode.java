package io.ains.simulation;

import io.ains.dispatcher.domain.AgentRecord;
import io.ains.dispatcher.domain.Dispatcher;
import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.dispatcher.domain.Effects;
import io.ains.dispatcher.domain.TaskRecord;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The dispatcher's core and its store. */
final class DispatcherNode implements Effects {
    private final Timeline timeline;
    private final DispatcherSettings settings;
    private final Consumer<TaskEvent> events;
    private final Consumer<AgentOutcome> outcomes;
    private final Consumer<TaskDelivery> told;
    private final Consumer<TaskResult.@Nullable Report> processing;
    private final Map<String, TaskRecord> tasks = new LinkedHashMap<>();
    private final Map<String, AgentRecord> agents = new LinkedHashMap<>();
    private final Set<String> capabilities = new LinkedHashSet<>();
    private final Node<Dispatcher> node;

    DispatcherNode(
            Timeline timeline,
            DispatcherSettings settings,
            Consumer<TaskEvent> events,
            Consumer<AgentOutcome> outcomes,
            Consumer<TaskDelivery> told,
            Consumer<TaskResult.@Nullable Report> processing) {
        this.timeline = timeline;
        this.settings = settings;
        this.events = events;
        this.outcomes = outcomes;
        this.told = told;
        this.processing = processing;
        this.node = new Node<>(timeline, this::restored, (core, at) -> core.tick(at, 0));
    }

    private Dispatcher restored() {
        Dispatcher dispatcher = new Dispatcher(settings, taskId -> null, this);
        capabilities.forEach(dispatcher::restoreCapability);
        agents.values().forEach(dispatcher::restore);
        tasks.values().stream().filter(task -> !task.status().isTerminal()).forEach(dispatcher::restore);
        tasks.values().stream()
                .filter(task -> task.status().isTerminal())
                .sorted(Comparator.comparingLong(TaskRecord::endedAt))
                .forEach(dispatcher::restore);
        capabilities.forEach(dispatcher::open);
        return dispatcher;
    }

    Node<Dispatcher> node() {
        return node;
    }

    Map<String, TaskRecord> tasks() {
        return tasks;
    }

    void send(TaskCommand command) {
        long at = timeline.now();
        node.append(core -> core.on(command, at));
    }

    void send(TaskResult.Report report) {
        long at = timeline.now();
        node.append(core -> {
            processing.accept(report);
            core.on(report, at);
            processing.accept(null);
        });
    }

    /** The second argument is done when the record is processed, which may be long after it was sent. */
    void send(AgentCapacity capacity, Runnable processing) {
        long at = timeline.now();
        node.append(core -> {
            processing.run();
            core.on(capacity, at);
        });
    }

    @Override
    public void event(TaskEvent event) {
        events.accept(event);
    }

    @Override
    public void tell(String capability, TaskDelivery delivery) {
        told.accept(delivery);
    }

    @Override
    public void agent(AgentOutcome outcome) {
        outcomes.accept(outcome);
    }

    @Override
    public void store(TaskRecord task) {
        tasks.put(task.taskId(), task);
    }

    @Override
    public void store(AgentRecord agent, boolean gone) {
        String key = agent.capacity().capability() + "/" + agent.capacity().agentId();
        if (gone) {
            agents.remove(key);
        } else {
            agents.put(key, agent);
        }
    }

    @Override
    public void newCapability(String capability) {
        capabilities.add(capability);
        node.core().open(capability);
    }

    @Override
    public void forget(String taskId) {
        tasks.remove(taskId);
    }

    @Override
    public void ignored(RejectionCode why) {
        // counted in real life
    }
}
