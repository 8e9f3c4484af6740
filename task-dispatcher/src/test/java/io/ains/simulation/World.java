package io.ains.simulation;

import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A fleet, its clients and its control plane, all from one seed. */
final class World {
    private static final String[] CAPABILITIES = {"translate", "summarize"};
    private static final long DEAD_TIMEOUT_MS = 30_000;
    private static final long QUIET_MS = 4 * 3_600_000L;

    private final Random random;
    private final Timeline timeline = new Timeline();
    private final Promises promises;
    private final DispatcherNode dispatcher;
    private final List<SimulatedAgent> agents = new ArrayList<>();
    private final List<TaskSpec> submitted = new ArrayList<>();
    private boolean quiet;
    private int tasks;

    World(long seed) {
        this.random = new Random(seed);
        DispatcherSettings settings = DispatcherSettings.defaults();
        this.promises = new Promises(settings.agingPerLevel().toMillis());
        this.dispatcher = new DispatcherNode(timeline, settings, this::happened, this::revoked, promises::processing);
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            SimulatedAgent agent =
                    new SimulatedAgent("agent-" + i, 1 + random.nextInt(3), random, timeline, this::reported);
            agents.add(agent);
            announce(agent, AgentStatus.AVAILABLE, StatusReason.REGISTERED);
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
        while (dispatcher.processed() < events) {
            timeline.step();
        }
        quiet = true;
        agents.forEach(SimulatedAgent::heal);
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

    private void revoked(TaskDelivery revocation) {
        deliver(revocation);
    }

    private void deliver(TaskDelivery delivery) {
        agents.stream().filter(agent -> agent.id.equals(delivery.agentId())).forEach(agent -> agent.deliver(delivery));
    }

    private void reported(TaskResult.Report report) {
        dispatcher.send(report);
    }

    // ---- agents and who watches over them

    private void announce(SimulatedAgent agent, AgentStatus status, StatusReason reason) {
        for (String capability : CAPABILITIES) {
            AgentCapacity capacity = new AgentCapacity(
                    agent.id, agent.session(), capability, DeliveryMode.KAFKA, status, reason, agent.slots, 0.5);
            dispatcher.send(capacity, () -> promises.slots(agent.id, capability, agent.slots));
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
        String session = agent.session();
        switch (random.nextInt(4)) {
            case 0 -> { // dies and comes back soon
                agent.crash();
                timeline.after(random.nextInt(20_000), () -> rise(agent));
            }
            case 1 -> { // dies, is missed, and comes back
                agent.crash();
                timeline.after(DEAD_TIMEOUT_MS / 2, () -> missed(agent, session, AgentStatus.SUSPECT));
                timeline.after(DEAD_TIMEOUT_MS, () -> missed(agent, session, AgentStatus.INACTIVE));
                timeline.after(DEAD_TIMEOUT_MS + random.nextInt(60_000), () -> rise(agent));
            }
            case 2 -> { // is thought dead although it lives, and is heard again
                announce(agent, AgentStatus.SUSPECT, StatusReason.SILENCE);
                announce(agent, AgentStatus.INACTIVE, StatusReason.SILENCE);
                timeline.after(random.nextInt(20_000), () -> heard(agent, session));
            }
            default -> { // has enough for a while
                announce(agent, AgentStatus.BUSY, StatusReason.HEARTBEAT);
                timeline.after(random.nextInt(20_000), () -> heard(agent, session));
            }
        }
    }

    private void rise(SimulatedAgent agent) {
        if (!agent.isAlive()) {
            agent.startAnew();
            announce(agent, AgentStatus.AVAILABLE, StatusReason.REGISTERED);
        }
    }

    private void missed(SimulatedAgent agent, String session, AgentStatus status) {
        if (!agent.isAlive() && agent.session().equals(session)) {
            announce(agent, status, StatusReason.SILENCE);
        }
    }

    private void heard(SimulatedAgent agent, String session) {
        if (agent.isAlive() && agent.session().equals(session)) {
            announce(agent, AgentStatus.AVAILABLE, StatusReason.HEARTBEAT);
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
                dispatcher.crashFor(random.nextInt(random.nextBoolean() ? 2_000 : 120_000));
            }
            chaos();
        });
    }
}
