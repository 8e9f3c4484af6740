package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The protocol's promise: an agent needs no library of ours. */
@Timeout(60)
class KcatAgentTest {
    static boolean kcatIsInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kcat")));
    }

    @Test
    @EnabledIf("kcatIsInstalled")
    void shouldDoATaskWithKcatAlone(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        try (ScriptedControlPlane plane = new ScriptedControlPlane()) {
            ProcessBuilder script = new ProcessBuilder(
                            Path.of("..", "docs", "kcat-agent.sh").toString(),
                            plane.bootstrapServers,
                            "kcat:1",
                            "echo_it:v-1")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            script.environment().put("AINS_PREFIX", plane.topics.prefix());
            script.environment().put("AINS_TIMEOUT", "40");
            Process process = script.start();
            try {
                await().atMost(SOON).until(() -> !plane.heartbeatsOf("kcat:1").isEmpty());
                new BrokerDoor(new ClientSettings(plane.bootstrapServers, Map.of()))
                        .partitions(
                                "dispatcher",
                                List.of(),
                                List.of(plane.topics.capabilitySpec("echo_it:v-1")),
                                3,
                                Deadline.in(SOON));
                TaskAssignment assignment = plane.assignment(
                        "kcat:1",
                        "t:1",
                        4,
                        "echo_it:v-1",
                        Json.MAPPER.valueToTree(Map.of("task_id", "not this", "shard", "nor this")));
                plane.deliver(
                        new TaskAssignment(
                                "of-another-session",
                                "kcat:1",
                                "another",
                                1,
                                "echo_it:v-1",
                                "s",
                                "c",
                                "t",
                                null,
                                null,
                                5,
                                60,
                                1),
                        "echo_it:v-1");
                plane.deliver(assignment, "echo_it:v-1");

                assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();

                assertThat(process.exitValue()).as(Files.readString(output)).isZero();
                assertThat(plane.awaitReports("t:1", 2))
                        .containsExactly(
                                new TaskResult.Started("t:1", "kcat:1", assignment.sessionId(), 4, null),
                                new TaskResult.Completed(
                                        "t:1",
                                        "kcat:1",
                                        assignment.sessionId(),
                                        4,
                                        null,
                                        Json.MAPPER.valueToTree(Map.of("done_by", "kcat"))));
                assertThat(plane.reports("of-another-session")).isEmpty();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(plane.heartbeatsOf("kcat:1"))
                                .last()
                                .extracting(Heartbeat::status)
                                .isEqualTo(HealthStatus.OFFLINE));
                assertThat(plane.results.records())
                        .extracting(record -> record.key())
                        .containsOnly("shard-of-echo_it:v-1");
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
