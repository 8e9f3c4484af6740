package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The agent in Python: a library of others, and docs/protocol.md. */
@Timeout(120)
class PythonAgentTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path SCRIPT = Path.of("..", "docs", "python-agent.py");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ID = "python:1";
    private static final String CAPABILITY = "shout_it:v-1";

    static boolean confluentKafkaIsInstalled() throws IOException, InterruptedException {
        return Files.isExecutable(PYTHON)
                && new ProcessBuilder(PYTHON.toString(), "-c", "import confluent_kafka")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    @Test
    void shouldFitOnAPage() throws IOException {
        assertThat(Files.readAllLines(SCRIPT)).hasSizeLessThan(100);
    }

    @Test
    @EnabledIf("confluentKafkaIsInstalled")
    void shouldDoTasksAndGoWhenItIsTold(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        try (ScriptedControlPlane plane = new ScriptedControlPlane()) {
            ProcessBuilder script = new ProcessBuilder(
                            PYTHON.toString(), SCRIPT.toString(), plane.bootstrapServers, ID, CAPABILITY)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            script.environment().put("AINS_PREFIX", plane.topics.prefix());
            Process process = script.start();
            try {
                await().atMost(SOON)
                        .failFast("the agent has ended", () -> !process.isAlive())
                        .until(() -> !plane.heartbeatsOf(ID).isEmpty());
                TaskAssignment first =
                        plane.assignment(ID, "t:1", 3, CAPABILITY, Json.MAPPER.valueToTree(Map.of("text", "schön")));
                plane.deliver(
                        new TaskAssignment(
                                "of-another-session",
                                ID,
                                "another",
                                1,
                                CAPABILITY,
                                "s",
                                "c",
                                "t",
                                null,
                                null,
                                5,
                                60,
                                1),
                        CAPABILITY);
                plane.deliver(first, CAPABILITY);
                plane.deliver(first, CAPABILITY);
                plane.assign(ID, "without-input", CAPABILITY);

                assertThat(plane.awaitReports("without-input", 2))
                        .last()
                        .isInstanceOfSatisfying(
                                TaskResult.Failed.class,
                                failed -> assertThat(failed.retryable()).isFalse());
                assertThat(plane.reports("t:1"))
                        .containsExactly(
                                new TaskResult.Started("t:1", ID, first.sessionId(), 3, null),
                                new TaskResult.Completed(
                                        "t:1",
                                        ID,
                                        first.sessionId(),
                                        3,
                                        null,
                                        Json.MAPPER.valueToTree(Map.of("text", "SCHÖN"))));
                assertThat(plane.reports("of-another-session")).isEmpty();

                process.destroy();

                assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(Files.readString(output)).isZero();
                assertThat(plane.heartbeatsOf(ID))
                        .last()
                        .extracting(Heartbeat::status)
                        .isEqualTo(HealthStatus.OFFLINE);
                assertThat(plane.results.records())
                        .extracting(record -> record.key())
                        .containsOnly("shard-of-" + CAPABILITY);
                assertThat(plane.registrations.values()).hasSize(1);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
