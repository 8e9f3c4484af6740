package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.agent.TaskClient;
import io.ains.agent.TaskHandle;
import io.ains.protocol.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that gets a new version, one agent after the other, under load. */
@Timeout(180)
class DeployTest {
    private static final String CAPABILITY = "deployed";
    private static final int TASKS = 150;
    private static final int ROUNDS = 2;

    private final Map<String, Integer> executions = new ConcurrentHashMap<>();

    @Test
    void shouldNeitherLoseNorRepeatATaskWhenItsAgentsAreReplaced(@TempDir Path folder) throws Exception {
        List<Agent> fleet = new ArrayList<>();
        try (Standalone ains = Standalone.start(StandaloneSettings.in(folder));
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(ains.bootstrapServers())
                        .connect()) {
            fleet.add(start(ains, "first"));
            fleet.add(start(ains, "second"));
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                client.submit(task("probe")).accepted().get(30, TimeUnit.SECONDS);
                return true;
            });
            List<TaskHandle> handles = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                handles.add(client.submit(task("t-" + i)));
            }

            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < fleet.size(); i++) {
                    fleet.get(i).close();
                    fleet.set(i, start(ains, fleet.get(i).agentId()));
                }
            }

            for (TaskHandle handle : handles) {
                assertThat(handle.outcome().get(60, TimeUnit.SECONDS).isCompleted())
                        .as(handle.taskId())
                        .isTrue();
            }
            assertThat(executions).hasSize(TASKS + 1);
            assertThat(executions.values()).containsOnly(1);
            fleet.forEach(Agent::close);
        }
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "deploy-test", CAPABILITY).build();
    }

    private Agent start(Standalone ains, String id) {
        return Agent.builder(id)
                .bootstrapServers(ains.bootstrapServers())
                .capability(CAPABILITY, task -> {
                    executions.merge(task.taskId(), 1, Integer::sum);
                    // the work: the task takes its time, and an interrupt would fail it
                    return new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
                })
                .maxConcurrency(4)
                .heartbeatInterval(Duration.ofMillis(500))
                .shutdownHook(false)
                .build()
                .start();
    }
}
