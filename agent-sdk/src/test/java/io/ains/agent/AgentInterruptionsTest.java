package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What ends a handler before its own end, and what does not. */
class AgentInterruptionsTest extends AgainstControlPlaneTest {
    @Test
    void shouldInterruptARevokedHandlerAndDropItsResult() {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch returned = new CountDownLatch(1);
        try (Agent agent = plane().agent("revoked")
                .capability("revocable", task -> {
                    if (!task.taskId().equals("r-1")) {
                        return "next";
                    }
                    try {
                        waitLong();
                    } catch (InterruptedException e) {
                        cancelled.set(task.isCancelled());
                    }
                    returned.countDown();
                    return "late";
                })
                .build()) {
            agent.start();
            TaskAssignment assignment = plane().assign("revoked", "r-1", "revocable");
            plane().awaitReports("r-1", 1);

            plane().revoke(assignment);
            plane().assign("revoked", "r-2", "revocable");

            // the slot was free again for the assignment that followed at once
            assertThat(plane().awaitReports("r-2", 2)).last().isInstanceOf(TaskResult.Completed.class);
            await().atMost(SOON).until(() -> returned.getCount() == 0);
            assertThat(cancelled).isTrue();
        }
        assertThat(plane().reports("r-1")).hasOnlyElementsOfType(TaskResult.Started.class);
    }

    @Test
    void shouldEndAnOlderAttemptOfTheSameTask() {
        Map<Integer, Boolean> cancelled = new ConcurrentHashMap<>();
        try (Agent agent = plane().agent("again")
                .maxConcurrency(2)
                .capability("attempts", task -> {
                    if (task.attempt() == 1) {
                        try {
                            waitLong();
                        } catch (InterruptedException e) {
                            cancelled.put(task.attempt(), task.isCancelled());
                        }
                    }
                    return task.attempt();
                })
                .build()) {
            agent.start();
            plane().assign("again", "twice", "attempts");
            plane().awaitReports("twice", 1);

            plane().deliver(plane().assignment("again", "twice", 2, "attempts", null), "attempts");

            List<TaskResult.Report> reports = plane().awaitReports("twice", 3);
            assertThat(reports)
                    .extracting(TaskResult.Report::attempt)
                    .as("started 1, started 2, completed 2")
                    .containsExactly(1, 2, 2);
            await().atMost(SOON).until(() -> cancelled.containsKey(1));
            assertThat(cancelled).containsEntry(1, true);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldLetAHandlerRunOnWhenItsTimeoutIsChanged() {
        List<Instant> deadlines = new CopyOnWriteArrayList<>();
        try (Agent agent = plane().agent("longer")
                .capability("long", task -> {
                    Instant end = Instant.now().plusSeconds(4);
                    while (Instant.now().isBefore(end)) {
                        deadlines.add(task.deadline());
                        TimeUnit.MILLISECONDS.sleep(50);
                    }
                    return "done";
                })
                .build()
                .start()) {
            TaskAssignment assignment = plane().assignment("longer", "extended", 1, "long", null, 1);

            plane().deliver(assignment, "long");
            await().atMost(SOON).until(() -> !deadlines.isEmpty());
            plane().deliver(
                            new TaskDelivery.TaskTimeoutChange("extended", "longer", assignment.sessionId(), 1, 60),
                            "long");

            assertThat(plane().awaitReports("extended", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(Duration.between(deadlines.get(0), deadlines.get(deadlines.size() - 1)))
                    .isGreaterThan(Duration.ofSeconds(50));
        }
    }

    @Test
    void shouldDrainWhenItCloses() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Agent agent = plane().agent("draining")
                .maxConcurrency(2)
                .drainTimeout(Duration.ofSeconds(3))
                .heartbeatInterval(Duration.ofMillis(500))
                .capability("drain", task -> {
                    if (task.taskId().equals("finishes")) {
                        return finish.await(1, TimeUnit.HOURS);
                    }
                    try {
                        return waitLong();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        throw e;
                    }
                })
                .build()
                .start();
        plane().assign("draining", "finishes", "drain");
        plane().assign("draining", "stuck", "drain");
        plane().awaitReports("finishes", 1);
        plane().awaitReports("stuck", 1);

        Thread closer = new Thread(agent::close);
        closer.start();
        await().atMost(SOON).until(() -> goodbyes("draining") >= 1);
        plane().assign("draining", "too-late", "drain");
        plane().awaitReports("too-late", 1);
        finish.countDown();
        closer.join(SOON.toMillis());

        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
        assertThat(interrupted).isTrue();
        assertThat(plane().awaitReports("finishes", 2)).last().isInstanceOf(TaskResult.Completed.class);
        assertThat(plane().awaitReports("stuck", 2)).last().isInstanceOf(TaskResult.Released.class);
        assertThat(plane().reports("too-late")).hasOnlyElementsOfType(TaskResult.Released.class);
        assertThat(goodbyes("draining")).as("goes on saying so").isGreaterThan(2);
        assertThat(plane().heartbeatsOf("draining"))
                .last()
                .extracting(Heartbeat::status)
                .isEqualTo(HealthStatus.OFFLINE);
    }

    private static long goodbyes(String agentId) {
        return plane().heartbeatsOf(agentId).stream()
                .filter(heartbeat -> heartbeat.status() == HealthStatus.OFFLINE)
                .count();
    }

    @Test
    void shouldCompleteTheTaskInWhichItsHandlerClosesTheAgent() {
        AtomicReference<Agent> self = new AtomicReference<>();
        Agent agent = plane().agent("suicidal")
                .capability("stop", task -> {
                    Objects.requireNonNull(self.get()).close();
                    return "done";
                })
                .build();
        self.set(agent);
        agent.start();

        plane().assign("suicidal", "stop-1", "stop");

        assertThat(plane().awaitReports("stop-1", 2)).last().isInstanceOf(TaskResult.Completed.class);
        await().atMost(SOON).until(() -> agent.state() == Agent.State.CLOSED);
    }
}
