package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class OutageTest {
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @Test
    void shouldCarryTasksAndHeartbeatsThroughAnOutage(@TempDir Path data) throws Exception {
        CountDownLatch brokerIsAway = new CountDownLatch(1);
        BrokerSettings settings = BrokerSettings.in(data);
        EmbeddedBroker broker = new EmbeddedBroker(settings).start();
        String address = broker.bootstrapServers();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (ScriptedControlPlane plane = new ScriptedControlPlane(address);
                Agent agent = plane.agent("survivor")
                        .capability("survive", task -> brokerIsAway.await(1, TimeUnit.HOURS))
                        .heartbeatInterval(Duration.ofMillis(500))
                        .build()
                        .start();
                TaskClient client = plane.client().connect()) {
            plane.assign("survivor", "during", "survive");
            plane.awaitReports("during", 1);
            TaskHandle before = client.submit(task("before"));
            broker.stop();
            int heartbeats = plane.heartbeatsOf("survivor").size();

            brokerIsAway.countDown();
            TaskHandle meanwhile = client.submit(task("meanwhile"));
            try (EmbeddedBroker back = new EmbeddedBroker(settings.withPort(port)).start()) {
                await().atMost(RECOVERY).until(() -> plane.reports("during").size() == 2);
                await().atMost(RECOVERY)
                        .until(() -> plane.heartbeatsOf("survivor").size() >= heartbeats + 3);
                for (String taskId : List.of("before", "meanwhile")) {
                    plane.write(
                            plane.topics.taskEvents(),
                            taskId,
                            new TaskEvent.Completed(taskId, "sum", 1, null, "agent-1", 1, null, null));
                }

                assertThat(before.outcome()
                                .get(SOON.toMillis(), TimeUnit.MILLISECONDS)
                                .isCompleted())
                        .isTrue();
                assertThat(meanwhile
                                .outcome()
                                .get(SOON.toMillis(), TimeUnit.MILLISECONDS)
                                .isCompleted())
                        .isTrue();
                assertThat(plane.reports("during")).last().isInstanceOf(TaskResult.Completed.class);
                assertThat(agent.isRunning()).isTrue();
                client.close();
                agent.close();
                plane.close();
                assertThat(back.isRunning()).isTrue();
            }
        }
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "client-1", "sum").build();
    }
}
