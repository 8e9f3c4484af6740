package io.ains.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.Json;
import io.ains.registry.RegistryApplication;
import io.ains.service.EventLog;
import io.ains.testkit.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whoever has an id finds what each service did with the task or the agent, and not what the task contains. */
class FollowTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SECRET = "nobody may read this in a log";
    private static final String TASK = "followed-task";
    private static final String AGENT = "followed-agent";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldFollowATaskAndAnAgentThroughTheLogsOfAllServices(@TempDir Path folder) throws Exception {
        try (Cluster cluster = Cluster.withOneBroker(folder)) {
            ServiceProcess fleet = start(cluster, HeartbeatProcessorApplication.class, "fleet");
            ServiceProcess dispatcher = start(cluster, TaskDispatcherApplication.class, "dispatcher");
            ServiceProcess registry = start(cluster, RegistryApplication.class, "registry");
            for (ServiceProcess each : List.of(fleet, dispatcher, registry)) {
                cluster.awaitReady(each);
            }
            cluster.closeFirst(Agent.builder(AGENT)
                    .bootstrapServers(cluster.bootstrapServers())
                    .capability("follow", task -> Map.of("answer", SECRET))
                    .shutdownHook(false)
                    .build()
                    .start());

            await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> submit(cluster, registry) == 200);

            await().atMost(LONG).untilAsserted(() -> {
                assertThat(told(dispatcher, "task_id", TASK))
                        .containsSubsequence(
                                "Submitted decided", "Assigned decided", "Started decided", "Completed decided");
                assertThat(told(registry, "task_id", TASK))
                        .containsSubsequence(
                                "Submitted projected",
                                "Assigned projected",
                                "Started projected",
                                "Completed projected");
            });
            assertThat(told(fleet, "agent_id", AGENT)).contains("Registered decided");
            assertThat(told(dispatcher, "agent_id", AGENT)).contains("Assigned decided", "Completed decided");
            assertThat(told(registry, "agent_id", AGENT)).contains("Registered projected", "Completed projected");
            for (ServiceProcess each : List.of(fleet, dispatcher, registry)) {
                assertThat(each.output()).doesNotContain(SECRET);
            }
        }
    }

    private static ServiceProcess start(Cluster cluster, Class<?> main, String name) {
        return cluster.start(
                main,
                name,
                "logging.config=classpath:structured.xml",
                "logging.structured.format.console=logstash",
                "logging.level." + EventLog.NAME + "=DEBUG");
    }

    private int submit(Cluster cluster, ServiceProcess registry) throws Exception {
        String task = """
                {"client_id": "me", "task_type": "any", "capability_required": "follow", "priority": 5,
                 "task_id": "%s", "input_data": {"text": "%s"}}""".formatted(TASK, SECRET);
        return http.send(
                        HttpRequest.newBuilder(cluster.address(registry).resolve("aitp/tasks"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(task))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The messages of the lines in which a key has a value, in their order. */
    private static List<String> told(ServiceProcess service, String key, String value) throws IOException {
        return service.output()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(Json.MAPPER::readTree)
                .filter(line -> line.path(key).asString("").equals(value))
                .map(line -> line.path("message"))
                .map(JsonNode::asString)
                .toList();
    }
}
