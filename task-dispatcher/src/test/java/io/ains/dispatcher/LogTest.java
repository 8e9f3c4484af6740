package io.ains.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.Ports;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.service.EventLog;
import io.ains.testkit.ServiceProcess;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicWriter;
import java.io.IOException;
import java.net.URI;
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

class LogTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "nobody may read this in a log";

    private final Topics topics = new Topics(TestBroker.uniquePrefix());
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldFollowATaskInJsonOnceTheLevelIsChangedAtRunTime(@TempDir Path folder) throws Exception {
        int port = Ports.free("127.0.0.1");
        URI base = URI.create("http://127.0.0.1:" + port);
        try (ServiceProcess service = new ServiceProcess(
                                TaskDispatcherApplication.class,
                                folder.resolve("log"),
                                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"),
                                "--server.port=" + port,
                                "--logging.structured.format.console=logstash",
                                "--ains.bootstrap-servers=" + TestBroker.bootstrapServers(),
                                "--ains.topic-prefix=" + topics.prefix(),
                                "--ains.partitions=1",
                                "--ains.streams.state-dir=" + folder.resolve("state"))
                        .start();
                TopicWriter writer = new TopicWriter(TestBroker.bootstrapServers())) {
            await().atMost(SOON).until(() -> get(base.resolve("/readyz")) == 200);

            HttpRequest louder = HttpRequest.newBuilder(base.resolve("/loggers/" + EventLog.NAME))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"configuredLevel\": \"DEBUG\"}"))
                    .build();
            assertThat(http.send(louder, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(204);

            await().atMost(SOON).pollInterval(Duration.ofMillis(300)).until(() -> {
                submit(writer, "followed");
                return service.output().contains("followed");
            });
            assertThat(service.output()
                            .lines()
                            .filter(line -> line.startsWith("{"))
                            .map(Json.MAPPER::readTree))
                    .filteredOn(line -> line.path("logger_name").asString("").equals(EventLog.NAME))
                    .isNotEmpty()
                    .allSatisfy(line -> {
                        assertThat(line.path("task_id").asString()).isEqualTo("followed");
                        assertThat(line.path("capability").asString()).isEqualTo("log");
                        assertThat(line.path("message").asString()).endsWith(" decided");
                    });
            assertThat(service.output()).doesNotContain(SECRET);
        }
    }

    private int get(URI page) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Nobody offers the capability, so each submission is refused: that is an event too. */
    private void submit(TopicWriter writer, String taskId) {
        JsonNode input = Json.MAPPER.createObjectNode().put("secret", SECRET);
        TaskSpec task = TaskSpec.of(taskId, "client", "log").inputData(input).build();
        byte[] command = JsonSerde.of(TaskCommand.class).serialize(null, new TaskCommand.SubmitTask("request", task));
        writer.send(topics.taskCommands(), "log", command, Map.of());
    }
}
