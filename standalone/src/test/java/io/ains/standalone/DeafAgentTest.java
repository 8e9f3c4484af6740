package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.Topics;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From the dispatcher that sees it, through the heartbeat-processor that tells it, to the registry that shows it. */
class DeafAgentTest {
    private static final String ACK_TIMEOUT = "ains.dispatcher.ack-timeout";
    private static final Duration LATER = Duration.ofSeconds(90);

    private final Topics topics = Topics.withDefaultPrefix();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        heart.shutdownNow();
        System.clearProperty(ACK_TIMEOUT);
    }

    @Test
    void shouldShowWhyAnAgentThatHeartbeatsButTakesNoTaskIsGivenNone(@TempDir Path folder) {
        System.setProperty(ACK_TIMEOUT, "1s");
        try (Standalone ains = Standalone.start(StandaloneSettings.in(folder));
                TopicWriter writer = new TopicWriter(ains.bootstrapServers())) {
            Api api = new Api(ains.httpApi());
            register(writer, "session-1");
            heart.scheduleAtFixedRate(() -> heartbeat(writer), 0, 500, TimeUnit.MILLISECONDS);

            await().atMost(LATER)
                    .until(() ->
                            api.submit("unheard", "client", "listen", 5).join().status() == 200);

            await().atMost(LATER).untilAsserted(() -> {
                JsonNode agent = api.get("/ains/agents/deaf").body();
                assertThat(agent.path("resting")).hasSize(1);
                assertThat(agent.path("resting").path(0).path("capability").asString())
                        .isEqualTo("listen");
                assertThat(agent.path("resting").path(0).path("reason").asString())
                        .contains("3 assignments");
                assertThat(agent.path("status").asString()).isEqualTo("AVAILABLE");
            });
            JsonNode task = api.get("/aitp/tasks/unheard").body();
            assertThat(task.path("status").asString()).isEqualTo("PENDING");
            assertThat(task.path("retry_count").asInt()).isZero();

            register(writer, "session-2");

            await().atMost(LATER)
                    .untilAsserted(
                            () -> assertThat(api.get("/ains/agents/deaf").body().path("resting"))
                                    .isEmpty());
        }
    }

    private void register(TopicWriter writer, String sessionId) {
        writer.send(
                topics.agentRegistrations(),
                "deaf",
                JsonSerde.of(RegistrationEvent.class)
                        .serialize(
                                null,
                                new AgentRegistration(
                                        "deaf",
                                        sessionId,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        List.of(),
                                        DeliveryMode.KAFKA,
                                        500,
                                        List.of(Capability.of("listen", 1)))),
                Map.of());
    }

    private void heartbeat(TopicWriter writer) {
        writer.send(
                topics.agentHeartbeats(),
                "deaf",
                JsonSerde.of(HeartbeatEvent.class)
                        .serialize(null, new Heartbeat("deaf", null, HealthStatus.ACTIVE, null, null)),
                Map.of());
    }
}
