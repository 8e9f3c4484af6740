package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is stopped and started. How long it stays away, in seconds, can be set: {@code -Dains.test.outage=300}. */
@Timeout(700)
class OutageTest {
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final int SECONDS_AWAY = Integer.getInteger("ains.test.outage", 5);

    /** Less than the outage lasts, so that the producer's own patience is not what carries the result over it. */
    private static final Map<String, Object> IMPATIENT =
            Map.of("delivery.timeout.ms", 2_000, "request.timeout.ms", 1_000);

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
                        .kafka(IMPATIENT)
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
            new CountDownLatch(1).await(SECONDS_AWAY, TimeUnit.SECONDS);
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

    @Test
    void shouldKeepRoomForHeartbeatsBesideOutcomesThatWait(@TempDir Path data) throws Exception {
        EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(data)).start();
        Map<String, Object> settings =
                new ClientSettings(broker.bootstrapServers(), Map.of()).producer("roomy", Duration.ofSeconds(30));
        ScriptedControlPlane plane = new ScriptedControlPlane(broker.bootstrapServers());
        Outbox outbox = new Outbox(plane.topics, "roomy", settings);
        ExecutorService threads = Executors.newCachedThreadPool();
        TaskAssignment assignment =
                new TaskAssignment("t", "roomy", "session", 1, "c", "shard", "client", "type", null, null, 5, 60, 1);
        TaskResult.Report large = Reports.completed(assignment, "x".repeat(1_000_000));
        Heartbeat heartbeat = new Heartbeat("roomy", "session", HealthStatus.ACTIVE, 1L, null);
        try {
            outbox.deliver("shard", Reports.started(assignment), () -> true);
            outbox.heartbeat(heartbeat).get();
            plane.close();
            broker.close();
            CountDownLatch begun = new CountDownLatch(40);
            for (int i = 0; i < 40; i++) {
                threads.execute(() -> {
                    begun.countDown();
                    try {
                        outbox.deliver("shard", large, () -> true);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            begun.await();
            await().atMost(SOON).until(() -> outbox.freeResultKib() < 1024);

            assertThat(outbox.heartbeat(heartbeat)).as("waits for the broker").isNotDone();
        } finally {
            threads.shutdownNow();
            outbox.close(Duration.ZERO);
        }
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "client-1", "sum").build();
    }
}
