package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.agent.NonRetryableTaskException;
import io.ains.agent.TaskClient;
import io.ains.agent.TaskHandle;
import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.AgentState;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.testkit.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * This release on the state that an earlier one has left: {@code state/format-1.jsonl} has what its processors' stores held,
 * as it lay on their changelog topics, with three tasks that were done, one that had failed for good, one under way and
 * two that waited. When a format changes, a file of the new one is added ({@code -Dains.state.write=NAME} writes it), and the
 * old ones stay for as long as an upgrade from them is promised.
 */
@Timeout(180)
class UpgradeTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path FILES = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "state");
    private static final String AGENT = "keeper";
    private static final String CAPABILITY = "remember";
    private static final int PARTITIONS = 4;

    private static final List<String> CHANGELOGS = List.of(
            "ains.heartbeat-processor-agents-changelog",
            "ains.heartbeat-processor-archive-changelog",
            "ains.task-dispatcher-tasks-changelog",
            "ains.task-dispatcher-capacities-sent-changelog");

    private final Topics topics = Topics.withDefaultPrefix();
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void shouldGoOnWhereTheReleaseBeforeHasEnded(@TempDir Path folder) throws Exception {
        fillChangelogs(folder, FILES.resolve("format-1.jsonl"));
        end.countDown();
        try (Standalone ains = Standalone.start(StandaloneSettings.in(folder));
                Agent agent = agent(ains)) {
            TopicReader<TaskEvent> events = read(ains, topics.taskEvents(), TaskEvent.class);
            TopicReader<AgentState> states = read(ains, topics.agentStates(), AgentState.class);

            agent.start();

            events.awaitValues(SOON, seen -> completed(seen).size() == 3);
            // What was under way belonged to a session that has ended: the next attempt is the second.
            assertThat(completed(events.values()))
                    .containsExactlyInAnyOrder("active at 2", "waiting-1 at 1", "waiting-2 at 1");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(states.latestByKey().get(AGENT))
                            .extracting(AgentState::tasksCompleted)
                            .isEqualTo(6L));
            events.close();
            states.close();
        }
    }

    private static List<String> completed(List<TaskEvent> events) {
        return events.stream()
                .filter(TaskEvent.Completed.class::isInstance)
                .map(TaskEvent.Completed.class::cast)
                .map(event -> event.taskId() + " at " + event.attempt())
                .toList();
    }

    private static void fillChangelogs(Path folder, Path file) throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start()) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(kafka)) {
                admin.createTopics(CHANGELOGS.stream()
                                .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1)
                                        .configs(Map.of("cleanup.policy", "compact")))
                                .toList())
                        .all()
                        .get();
            }
            try (KafkaProducer<String, byte[]> producer =
                    new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode record = Json.MAPPER.readTree(line);
                    byte[] value = record.has("base64")
                            ? Base64.getDecoder().decode(record.path("base64").asString())
                            : record.path("value").toString().getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>(
                                    record.path("topic").asString(),
                                    record.path("partition").asInt(),
                                    record.path("key").asString(),
                                    value))
                            .get();
                }
            }
        }
    }

    private Agent agent(Standalone ains) {
        return Agent.builder(AGENT)
                .bootstrapServers(ains.bootstrapServers())
                .capability(CAPABILITY, task -> {
                    if (task.taskId().startsWith("hopeless")) {
                        throw new NonRetryableTaskException("no hope");
                    }
                    if (!task.taskId().startsWith("done")) {
                        end.await();
                    }
                    return Map.of("by", AGENT);
                })
                .shutdownHook(false)
                .build();
    }

    private static <T> TopicReader<T> read(Standalone ains, String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        return TopicReader.of(ains.bootstrapServers(), topic, bytes -> serde.deserialize(null, bytes));
    }

    /** Not a test: writes what {@link #shouldGoOnWhereTheReleaseBeforeHasEnded} reads. */
    @Test
    @EnabledIfSystemProperty(named = "ains.state.write", matches = ".+")
    void writeTheStateOfThisRelease(@TempDir Path folder) throws Exception {
        try (Standalone ains = Standalone.start(StandaloneSettings.in(folder));
                Agent agent = agent(ains);
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(ains.bootstrapServers())
                        .connect()) {
            agent.start();
            await().atMost(SOON).ignoreExceptions().until(() -> {
                client.submit(task("done-0")).outcome().get(30, TimeUnit.SECONDS);
                return true;
            });
            for (String id : List.of("done-1", "done-2", "hopeless")) {
                client.submit(task(id)).outcome().get(30, TimeUnit.SECONDS);
            }
            for (String id : List.of("active", "waiting-1", "waiting-2")) {
                TaskHandle handle = client.submit(task(id));
                handle.accepted().get(30, TimeUnit.SECONDS);
            }
            TimeUnit.SECONDS.sleep(3);
            List<String> lines = new ArrayList<>();
            for (String topic : CHANGELOGS) {
                try (TopicReader<byte[]> reader = TopicReader.of(ains.bootstrapServers(), topic, bytes -> bytes)) {
                    TimeUnit.SECONDS.sleep(2);
                    // As compaction leaves it.
                    Map<String, byte[]> latest = reader.latestByKey();
                    for (ConsumerRecord<String, byte[]> record : reader.records()) {
                        if (record.value() != null && record.value() == latest.get(record.key())) {
                            lines.add(line(record));
                        }
                    }
                }
            }
            Files.createDirectories(FILES);
            Files.write(FILES.resolve(System.getProperty("ains.state.write") + ".jsonl"), lines);
            end.countDown();
        }
    }

    private static String line(ConsumerRecord<String, byte[]> record) throws IOException {
        boolean json = record.value().length > 0 && record.value()[0] == '{';
        return Json.MAPPER.writeValueAsString(Map.of(
                "topic",
                record.topic(),
                "partition",
                record.partition(),
                "key",
                record.key(),
                json ? "value" : "base64",
                json
                        ? Json.MAPPER.readTree(record.value())
                        : Base64.getEncoder().encodeToString(record.value())));
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "upgrade-test", CAPABILITY).build();
    }
}
