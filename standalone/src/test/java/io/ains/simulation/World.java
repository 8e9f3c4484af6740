package io.ains.simulation;

import io.ains.dispatcher.domain.CapacityRules;
import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.heartbeat.domain.OutcomeRules;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A fleet, its clients and its control plane, all from one seed. */
final class World {
    static final String[] CAPABILITIES = {"translate", "summarize"};
    private static final long QUIET_MS = 4 * 3_600_000L;

    private final Random random;
    private final Timeline timeline = new Timeline();
    private final Promises promises;
    private final DispatcherNode dispatcher;
    private final FleetNode fleet;
    private final Map<String, SimulatedAgent> agents = new LinkedHashMap<>();
    private final Map<String, List<AgentCapacity>> told = new HashMap<>();
    private final List<TaskSpec> submitted = new ArrayList<>();
    private boolean quiet;
    private int tasks;

    World(long seed) {
        this.random = new Random(seed);
        DispatcherSettings settings = DispatcherSettings.defaults();
        this.promises = new Promises(settings.agingPerLevel().toMillis());
        this.fleet = new FleetNode(timeline, this::stateTold, this::agentEvent);
        this.dispatcher = new DispatcherNode(
                timeline, settings, this::happened, fleet::send, this::deliver, promises::processing);
        dispatcher.node().start();
        fleet.node().start();
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            SimulatedAgent agent =
                    new SimulatedAgent("agent-" + i, 1 + random.nextInt(3), random, timeline, this::reported, fleet);
            agents.put(agent.id, agent);
            agent.startAnew();
            live(agent);
        }
        client();
        chaos();
    }

    /**
     * Lets things happen, then lets them settle.
     *
     * @param events how many records the dispatcher processes in bad times
     */
    void run(int events) {
        while (dispatcher.node().processed() < events) {
            timeline.step();
        }
        quiet = true;
        agents.values().forEach(SimulatedAgent::heal);
        long end = timeline.now() + QUIET_MS;
        while (promises.live() > 0 && timeline.now() < end) {
            timeline.step();
        }
        if (promises.live() > 0) {
            throw new AssertionError("broken promise: after a quiet period every task has ended, but "
                    + dispatcher.tasks().values().stream()
                            .filter(task -> !task.status().isTerminal())
                            .toList());
        }
        dispatcher.tasks().values().forEach(task -> {
            if (task.status() != promises.statusOf(task.taskId())) {
                throw new AssertionError("broken promise: the store says what the events said, but " + task);
            }
        });
        if (promises.accepted() == 0) {
            throw new AssertionError("nothing happened");
        }
    }

    // ---- the topics

    private void happened(TaskEvent event) {
        promises.check(event);
        OutcomeRules.of(event).ifPresent(fleet::send);
        if (event instanceof TaskEvent.Assigned assigned) {
            deliver(new TaskDelivery.TaskAssignment(
                    assigned.taskId(),
                    assigned.agentId(),
                    assigned.sessionId(),
                    assigned.attempt(),
                    assigned.capability(),
                    assigned.capability(),
                    "client",
                    "type",
                    null,
                    null,
                    5,
                    300,
                    assigned.at()));
        }
    }

    private void deliver(TaskDelivery delivery) {
        SimulatedAgent agent = agents.get(delivery.agentId());
        if (agent != null) {
            agent.deliver(delivery);
        }
    }

    private void reported(TaskResult.Report report) {
        dispatcher.send(report);
    }

    // ---- agents and who watches over them

    /** What the dispatcher's first half does with the state of an agent. */
    private void stateTold(String agentId, @Nullable AgentState state) {
        List<AgentCapacity> known = told.getOrDefault(agentId, List.of());
        List<AgentCapacity> now = CapacityRules.now(known, state);
        told.put(agentId, now);
        for (AgentCapacity news : CapacityRules.news(known, now)) {
            dispatcher.send(news, () -> promises.slots(agentId, news.capability(), news.maxConcurrency()));
        }
    }

    private void agentEvent(AgentEvent event) {
        SimulatedAgent agent = agents.get(event.agentId());
        if (agent != null
                && event instanceof AgentEvent.StatusChanged changed
                && changed.reason() == StatusReason.SILENCE) {
            agent.checkSilence(changed);
        }
    }

    private void live(SimulatedAgent agent) {
        timeline.after(10_000 + random.nextInt(600_000), () -> {
            if (!quiet) {
                trouble(agent);
            }
            live(agent);
        });
    }

    private void trouble(SimulatedAgent agent) {
        switch (random.nextInt(4)) {
            case 0 -> { // dies, and comes back before or after it is missed
                agent.crash();
                timeline.after(random.nextInt(90_000), agent::startAnew);
            }
            case 1 -> // cannot reach Kafka, or is paused for so long that it is thought dead
                agent.pauseFor(random.nextInt(60_000));
            case 2 -> // is started anew without having been gone
                agent.startAnew();
            default -> // has enough for a while
                agent.degradedFor(random.nextInt(20_000));
        }
    }

    // ---- clients

    private void client() {
        timeline.after(random.nextInt(600), () -> {
            if (!quiet) {
                command();
                client();
            }
        });
    }

    private void command() {
        int what = random.nextInt(100);
        if (what < 80 || submitted.isEmpty()) {
            TaskSpec task = anyTask();
            submitted.add(task);
            dispatcher.send(new TaskCommand.SubmitTask(null, task));
            return;
        }
        // Mostly something recent, which is more likely to be live.
        int back = random.nextInt(Math.min(submitted.size(), 40));
        TaskSpec task = submitted.get(submitted.size() - 1 - back);
        String id = task.taskId();
        String capability = task.capability();
        if (what < 85) {
            dispatcher.send(new TaskCommand.SubmitTask(null, task));
        } else if (what < 90) {
            dispatcher.send(new TaskCommand.CancelTask(id, capability, null, null, null));
        } else if (what < 95) {
            dispatcher.send(new TaskCommand.ChangePriority(id, capability, null, null, random.nextInt(11)));
        } else if (what < 97) {
            dispatcher.send(new TaskCommand.ChangeTimeout(id, capability, null, null, 1 + random.nextInt(600)));
        } else {
            dispatcher.send(new TaskCommand.RetryTask(id, capability, null, task));
        }
    }

    private TaskSpec anyTask() {
        TaskSpec.Builder task = TaskSpec.of(
                        "task-" + tasks++,
                        "client-" + random.nextInt(3),
                        CAPABILITIES[random.nextInt(CAPABILITIES.length)])
                .priority(random.nextInt(11))
                .maxRetries(random.nextInt(4))
                .retryPolicy(RetryPolicy.values()[random.nextInt(3)])
                .timeoutSeconds(5 + random.nextInt(60));
        if (random.nextInt(10) == 0) {
            task.notBefore(timeline.now() + random.nextInt(30_000));
        }
        if (random.nextInt(10) == 0) {
            task.expiresAt(timeline.now() + 1 + random.nextInt(60_000));
        }
        if (random.nextInt(5) == 0) {
            task.routingStrategy(RoutingStrategy.values()[random.nextInt(5)]).stickyKey("key-" + random.nextInt(3));
        }
        if (random.nextInt(20) == 0) {
            task.minTrust(0.5);
        }
        return task.build();
    }

    // ---- the control plane's own bad days

    private void chaos() {
        timeline.after(20_000 + random.nextInt(300_000), () -> {
            if (!quiet) {
                int millis = random.nextInt(random.nextBoolean() ? 2_000 : 120_000);
                if (random.nextBoolean()) {
                    dispatcher.node().crashFor(millis);
                } else {
                    fleet.node().crashFor(millis);
                }
            }
            chaos();
        });
    }
}
