package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.JsonSerde;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the life of one task, event by event, adds to each family. */
class EventMetricsTest {
    private static final long START = 1_000_000_000_000L;
    private static final String CAPABILITY = "timed";
    private static final String TASK = "timed-task";

    private final String prefix = TestBroker.uniquePrefix();

    /** Heard of too late, then failed, then done. */
    private static List<TaskEvent> life() {
        return List.of(
                new TaskEvent.Submitted(
                        TASK,
                        CAPABILITY,
                        START,
                        null,
                        TaskSpec.of(TASK, "client", CAPABILITY).build(),
                        TaskStatus.PENDING),
                assigned(40, 1),
                requeued(10_040, 1, 0, RequeueReason.ACK_TIMEOUT, 10_040),
                assigned(10_050, 2),
                new TaskEvent.Started(TASK, CAPABILITY, START + 10_120, null, "agent", 2),
                requeued(11_000, 2, 1, RequeueReason.ATTEMPT_FAILED, 12_000),
                assigned(12_200, 3),
                new TaskEvent.Completed(TASK, CAPABILITY, START + 14_000, null, "agent", 3, null, START + 12_500));
    }

    private static TaskEvent assigned(long after, int attempt) {
        return new TaskEvent.Assigned(TASK, CAPABILITY, START + after, null, "agent", "session", attempt);
    }

    private static TaskEvent requeued(long after, int attempt, int retries, RequeueReason why, long availableAfter) {
        return new TaskEvent.Requeued(
                TASK,
                CAPABILITY,
                START + after,
                null,
                "agent",
                attempt,
                retries,
                why,
                null,
                START + availableAfter,
                null);
    }

    @Test
    void shouldCountAndTimeEachStep(@TempDir Path folder) {
        JsonSerde<TaskEvent> serde = JsonSerde.of(TaskEvent.class);
        try (Registry registry =
                        new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder)).awaitReady();
                TopicWriter writer = new TopicWriter()) {
            for (TaskEvent event : life()) {
                writer.send(new Topics(prefix).taskEvents(), TASK, serde.serialize(null, event), Map.of());
            }

            Awaitility.await()
                    .untilAsserted(() -> assertThat(registry.get("/metrics").text())
                            .contains("ains_tasks_completed_total{capability=\"timed\"} 1.0"));
            assertThat(registry.get("/metrics").text())
                    .contains(
                            "ains_task_wait_seconds_bucket{capability=\"timed\",le=\"0.005\"} 0",
                            "ains_task_wait_seconds_bucket{capability=\"timed\",le=\"0.01\"} 1",
                            "ains_task_wait_seconds_bucket{capability=\"timed\",le=\"0.05\"} 2",
                            "ains_task_wait_seconds_bucket{capability=\"timed\",le=\"0.1\"} 2",
                            "ains_task_wait_seconds_bucket{capability=\"timed\",le=\"0.25\"} 3",
                            "ains_task_wait_seconds_sum{capability=\"timed\"} 0.25",
                            "ains_task_pickup_seconds_bucket{capability=\"timed\",le=\"0.05\"} 0",
                            "ains_task_pickup_seconds_bucket{capability=\"timed\",le=\"0.1\"} 1",
                            "ains_task_duration_seconds_bucket{capability=\"timed\",status=\"COMPLETED\",le=\"1.0\"} 0",
                            "ains_task_duration_seconds_bucket{capability=\"timed\",status=\"COMPLETED\",le=\"2.5\"} 1")
                    .contains(
                            "ains_task_requeues_total{capability=\"timed\",reason=\"ACK_TIMEOUT\"} 1.0",
                            "ains_task_requeues_total{capability=\"timed\",reason=\"ATTEMPT_FAILED\"} 1.0",
                            "ains_task_retries_total{capability=\"timed\"} 1.0",
                            "ains_agent_tasks_failed_total{capability=\"timed\"} 1.0");
        }
    }
}
