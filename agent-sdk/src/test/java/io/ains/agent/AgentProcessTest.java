package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents in processes of their own, and the signals that processes get. */
class AgentProcessTest extends AgainstControlPlaneTest {
    /** A process has to start, on a machine that does other things as well. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of(".");

    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Starts a process, and waits until its new session is at work. */
    private Process start(String agentId) throws Exception {
        int before = plane().heartbeatsOf(agentId).size();
        Process started = AgentProcess.start(plane(), agentId, folder.resolve(agentId + ".log"));
        process = started;
        await().atMost(SOON).until(() -> plane().heartbeatsOf(agentId).size() > before);
        return started;
    }

    private static void assign(String agentId, String taskId, int attempt, @Nullable Integer millis) {
        plane().deliver(
                        plane().assignment(
                                        agentId,
                                        taskId,
                                        attempt,
                                        "wait",
                                        millis == null ? null : Json.MAPPER.valueToTree(Map.of("ms", millis))),
                        "wait");
    }

    @Test
    void shouldEndOrGiveBackItsTasksWhenItsProcessIsTerminated() throws Exception {
        Process terminated = start("terminated");
        assign("terminated", "ends", 1, 1_500);
        assign("terminated", "does-not-end", 1, null);
        plane().awaitReports("ends", 1);
        plane().awaitReports("does-not-end", 1);

        AgentProcess.signal(terminated, "TERM");
        await().atMost(SOON)
                .until(() -> plane().heartbeatsOf("terminated").stream()
                        .anyMatch(heartbeat -> heartbeat.status() == HealthStatus.OFFLINE));
        assign("terminated", "too-late", 1, 1);

        assertThat(terminated.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(plane().awaitReports("ends", 2)).last().isInstanceOf(TaskResult.Completed.class);
        assertThat(plane().awaitReports("does-not-end", 2)).last().isInstanceOf(TaskResult.Released.class);
        assertThat(plane().awaitReports("too-late", 1)).hasOnlyElementsOfType(TaskResult.Released.class);
        assertThat(plane().heartbeatsOf("terminated"))
                .last()
                .extracting(Heartbeat::status)
                .isEqualTo(HealthStatus.OFFLINE);
    }

    @Test
    void shouldDoNothingTwiceAfterItsProcessWasKilled() throws Exception {
        Process killed = start("killed");
        TaskAssignment old = plane().assignment("killed", "interrupted", 1, "wait", null);
        plane().deliver(old, "wait");
        plane().awaitReports("interrupted", 1);

        AgentProcess.signal(killed, "KILL");
        assertThat(killed.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        start("killed");
        // the same record once more: it is the old session's all the same
        plane().deliver(old, "wait");
        assign("killed", "interrupted", 2, 1);

        assertThat(plane().awaitReports("interrupted", 3))
                .extracting(TaskResult.Report::attempt)
                .as("started 1, started 2, completed 2")
                .containsExactly(1, 2, 2);
        assertThat(plane().sessionOf("killed")).isNotEqualTo(old.sessionId());
        assertThat(plane().reports("interrupted")).last().isInstanceOf(TaskResult.Completed.class);
    }

    @Test
    void shouldTellHowLateItsHeartbeatWasAfterItStoodStill() throws Exception {
        Process paused = start("paused");

        AgentProcess.signal(paused, "STOP");
        // as long as a collection of a large heap takes
        new CountDownLatch(1).await(3, TimeUnit.SECONDS);
        AgentProcess.signal(paused, "CONT");

        await().atMost(SOON).until(() -> plane().heartbeatsOf("paused").stream().anyMatch(AgentProcessTest::isLate));
    }

    private static boolean isLate(Heartbeat heartbeat) {
        return Objects.requireNonNull(heartbeat.metrics())
                        .path("heartbeat_lateness_ms")
                        .asLong()
                >= 2_000;
    }
}
