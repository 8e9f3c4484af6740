package io.ains.simulation;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An agent's process as it is in bad times: it crashes, hangs, repeats itself, comes back, and lies. */
final class SimulatedAgent {
    private static final int INTERVAL_MS = 5_000;

    /** How often an agent does what it should not, in a thousand. */
    private static final int HANGS = 15;

    private static final int NEVER_STARTS = 15;
    private static final int FAILS = 100;
    private static final int FAILS_FOR_GOOD = 20;
    private static final int REPEATS = 40;
    private static final int LIES = 30;
    private static final int RELEASES = 20;

    final String id;
    final int slots;
    private final Random random;
    private final Timeline timeline;
    private final Consumer<TaskResult.Report> results;
    private final Map<String, Integer> running = new HashMap<>();
    private final List<TaskDelivery.TaskAssignment> memory = new ArrayList<>();
    private final FleetNode fleet;
    private final TreeSet<Long> heard = new TreeSet<>();
    private String session = "";
    private int sessions;
    private boolean alive;
    private boolean healed;
    private long pausedUntil;
    private long degradedUntil;
    private long lastArrival;

    SimulatedAgent(
            String id,
            int slots,
            Random random,
            Timeline timeline,
            Consumer<TaskResult.Report> results,
            FleetNode fleet) {
        this.id = id;
        this.slots = slots;
        this.random = random;
        this.timeline = timeline;
        this.results = results;
        this.fleet = fleet;
    }

    /** From now on it does what it should. */
    void heal() {
        healed = true;
    }

    void crash() {
        alive = false;
        running.clear();
    }

    void startAnew() {
        running.clear();
        session = id + "-s" + ++sessions;
        alive = true;
        fleet.send(new RegistrationEvent.AgentRegistration(
                id,
                session,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                DeliveryMode.KAFKA,
                INTERVAL_MS,
                Stream.of(World.CAPABILITIES)
                        .map(name -> Capability.of(name, slots))
                        .toList()));
        heard.add(timeline.now());
        heartbeat(session);
    }

    /** Says and hears nothing, and then all at once. */
    void pauseFor(long millis) {
        pausedUntil = timeline.now() + millis;
    }

    void degradedFor(long millis) {
        degradedUntil = timeline.now() + millis;
    }

    private void heartbeat(String ofSession) {
        if (!alive || !ofSession.equals(session)) {
            return;
        }
        if (timeline.now() >= pausedUntil) {
            HealthStatus health = timeline.now() < degradedUntil ? HealthStatus.DEGRADED : HealthStatus.ACTIVE;
            fleet.send(new HeartbeatEvent.Heartbeat(id, session, health, null, null));
            heard.add(timeline.now());
        }
        timeline.after(INTERVAL_MS, () -> heartbeat(ofSession));
    }

    /** Nobody is called silent whose heartbeat the broker took within the time that his status allows. */
    void checkSilence(AgentEvent.StatusChanged event) {
        if (!event.sessionId().equals(session)) {
            return; // of a process that has been replaced, and not yet known to be
        }
        Long last = heard.floor(event.at());
        long allowed = INTERVAL_MS * (event.to() == AgentStatus.SUSPECT ? 3L : 6L);
        if (last != null && event.at() - last < allowed) {
            throw new AssertionError("broken promise: no false death, but the last heartbeat of " + id + " was at "
                    + last + " and then " + event);
        }
    }

    private boolean chance(int inAThousand) {
        return !healed && random.nextInt(1_000) < inAThousand;
    }

    /** The broker keeps the order of what one partition is told, and may hand a record out twice. */
    void deliver(TaskDelivery delivery) {
        arrive(delivery);
        if (chance(REPEATS)) {
            arrive(delivery);
        }
    }

    private void arrive(TaskDelivery delivery) {
        long delay = Math.max(lastArrival - timeline.now(), 0) + random.nextInt(50);
        lastArrival = timeline.now() + delay;
        timeline.after(delay, () -> receive(delivery));
    }

    private void receive(TaskDelivery delivery) {
        if (alive && timeline.now() < pausedUntil) {
            timeline.after(pausedUntil - timeline.now(), () -> receive(delivery));
            return;
        }
        if (!alive || !delivery.sessionId().equals(session)) {
            return;
        }
        if (delivery instanceof TaskDelivery.TaskRevocation) {
            running.remove(delivery.taskId(), delivery.attempt());
        } else if (delivery instanceof TaskDelivery.TaskAssignment assignment) {
            take(assignment);
        }
    }

    private void take(TaskDelivery.TaskAssignment assignment) {
        memory.add(assignment);
        if (Integer.valueOf(assignment.attempt()).equals(running.get(assignment.taskId()))) {
            return; // told twice
        }
        if (chance(NEVER_STARTS)) {
            return;
        }
        if (running.size() >= slots || chance(RELEASES)) {
            say(new TaskResult.Released(assignment.taskId(), id, session, assignment.attempt(), null, "full"));
            return;
        }
        running.put(assignment.taskId(), assignment.attempt());
        say(new TaskResult.Started(assignment.taskId(), id, session, assignment.attempt(), null));
        if (!chance(HANGS)) {
            String worksIn = session;
            timeline.after(50L + random.nextInt(3_000), () -> finish(assignment, worksIn));
        }
    }

    private void finish(TaskDelivery.TaskAssignment assignment, String worksIn) {
        String taskId = assignment.taskId();
        if (!alive || !worksIn.equals(session) || !running.remove(taskId, assignment.attempt())) {
            return;
        }
        if (chance(LIES)) {
            lie();
        }
        TaskResult.Report report = chance(FAILS)
                ? new TaskResult.Failed(
                        taskId, id, session, assignment.attempt(), null, "broken", !chance(FAILS_FOR_GOOD))
                : new TaskResult.Completed(taskId, id, session, assignment.attempt(), null, null);
        say(report);
        if (chance(REPEATS)) {
            say(report);
        }
    }

    /** Reports on something that it once had, or under a name that is not its own. */
    private void lie() {
        TaskDelivery.TaskAssignment old = memory.get(random.nextInt(memory.size()));
        say(new TaskResult.Completed(old.taskId(), id, old.sessionId(), old.attempt(), null, null));
        say(new TaskResult.Completed(
                old.taskId(), "agent-0", session, old.attempt() + random.nextInt(3) - 1, null, null));
    }

    private void say(TaskResult.Report report) {
        long pause = Math.max(0, pausedUntil - timeline.now());
        timeline.after(pause + random.nextInt(30), () -> results.accept(report));
    }
}
