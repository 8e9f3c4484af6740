package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, which is killed while a batch is half written. */
class KillTest {
    private static final int TASKS = 1_500;

    private final String prefix = TestBroker.uniquePrefix();

    @Test
    void shouldLoseAndDoubleNothingWhenItIsKilledInTheMiddleOfABatch(@TempDir Path folder) throws Exception {
        TestDatabase database = TestDatabase.in(folder);
        new Registry(TestBroker.bootstrapServers(), prefix, database)
                .awaitReady()
                .close();
        database.hangAtTask("k-1200");
        try (TopicWriter writer = new TopicWriter()) {
            for (int i = 0; i < TASKS; i++) {
                String id = "k-" + i;
                TaskEvent event = new TaskEvent.Submitted(
                        id, "cap", 1_000, null, TaskSpec.of(id, "c", "cap").build(), TaskStatus.PENDING);
                writer.send(
                        new Topics(prefix).taskEvents(),
                        id,
                        JsonSerde.of(TaskEvent.class).serialize(null, event),
                        Map.of());
            }
        }

        Process service = start(database, folder);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(database::isBeingWritten);
            assertThat(service.isAlive()).isTrue();
        } finally {
            service.destroyForcibly().waitFor();
        }
        database.endHanging();
        assertThat(database.number("SELECT count(*) FROM task"))
                .as("it was killed before it was done")
                .isLessThan(TASKS);
        database.proceed();

        try (Registry registry = new Registry(TestBroker.bootstrapServers(), prefix, database).awaitReady()) {
            assertThat(registry.get("/aitp/tasks").body().at("/total").asInt()).isEqualTo(TASKS);
            assertThat(database.number("SELECT count(*) FROM task")).isEqualTo(TASKS);
            assertThat(database.number("SELECT count(*) FROM task_event")).isEqualTo(TASKS);
            assertThat(database.number("SELECT n FROM tally WHERE scope = 'queue' AND name = 'cap'"))
                    .isEqualTo(TASKS);
        }
    }

    private Process start(TestDatabase database, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                RegistryApplication.class.getName(),
                "--server.port=0",
                "--ains.bootstrap-servers=" + TestBroker.bootstrapServers(),
                "--ains.topic-prefix=" + prefix,
                "--ains.partitions=" + Registry.PARTITIONS));
        command.addAll(database.arguments());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
    }
}
