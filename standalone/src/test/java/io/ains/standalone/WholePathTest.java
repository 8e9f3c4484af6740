package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.agent.TaskClient;
import io.ains.agent.TaskHandle;
import io.ains.agent.TaskHandler;
import io.ains.protocol.AgentState;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.service.DeadLetters;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From the client to the agent and back, through everything, as {@code ains up} runs it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholePathTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LATER = Duration.ofSeconds(90);
    private static final String CLIENT = "whole-path";
    private static final int PRIORITIES = 10;

    private final Topics topics = Topics.withDefaultPrefix();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Path folder;
    private final Standalone ains;
    private final Api api;
    private final TaskClient client;
    private final TopicReader<TaskEvent> events;

    WholePathTest(@TempDir Path folder) {
        this.folder = folder;
        this.ains = Standalone.start(StandaloneSettings.in(folder.resolve("data")));
        this.api = new Api(ains.httpApi());
        this.client =
                TaskClient.builder().bootstrapServers(ains.bootstrapServers()).connect();
        this.events = read(topics.taskEvents(), TaskEvent.class);
    }

    @AfterEach
    void closeAgents() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        open.clear();
    }

    @AfterAll
    void stop() {
        events.close();
        client.close();
        ains.close();
    }

    /** Leaves out what cannot be read: one of the tests writes garbage on every topic. */
    private <T> TopicReader<T> read(String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        return TopicReader.of(ains.bootstrapServers(), topic, bytes -> decodeOrNull(serde, bytes));
    }

    @SuppressWarnings("NullAway") // the reader takes a null for a tombstone
    private static <T> T decodeOrNull(JsonSerde<T> serde, byte[] bytes) {
        try {
            return serde.deserialize(null, bytes);
        } catch (SerializationException e) {
            return null;
        }
    }

    private Agent agent(String id, String capability, int slots, TaskHandler<JsonNode, ?> handler) {
        Agent agent = Agent.builder(id)
                .bootstrapServers(ains.bootstrapServers())
                .capability(capability, handler)
                .maxConcurrency(slots)
                .heartbeatInterval(Duration.ofMillis(500))
                .shutdownHook(false)
                .build()
                .start();
        open.add(agent);
        return agent;
    }

    private static TaskSpec.Builder task(String id, String capability) {
        return TaskSpec.of(id, CLIENT, capability);
    }

    /** The dispatcher hears of a capability a moment after its first agent has registered. */
    private TaskHandle submitAsSoonAsKnown(String id, String capability) {
        return await().atMost(SOON)
                .ignoreExceptions()
                .until(
                        () -> {
                            TaskHandle handle =
                                    client.submit(task(id, capability).build());
                            handle.accepted().get(SOON.toSeconds(), TimeUnit.SECONDS);
                            return handle;
                        },
                        handle -> true);
    }

    private <E extends TaskEvent> List<E> seen(Class<E> type, Set<String> taskIds) {
        return events.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(event -> taskIds.contains(event.taskId()))
                .toList();
    }

    @Test
    void shouldCompleteEveryTaskOnceThoughAnAgentIsKilled() throws Exception {
        String capability = "summarize:v1";
        agent("survivor", capability, 4, task -> Map.of("by", "survivor"));
        Process victim =
                WorkerProcess.start(ains.bootstrapServers(), "victim", capability, folder.resolve("victim.log"));
        open.add(victim::destroyForcibly);
        try (TopicReader<AgentState> states = read(topics.agentStates(), AgentState.class)) {
            states.await(SOON, all -> states.latestByKey().containsKey("victim"));
        }
        submitAsSoonAsKnown("probe", capability);
        Set<String> taskIds = IntStream.range(0, 400)
                .mapToObj(n -> (n % 2 == 0 ? "http-" : "kafka-") + n)
                .collect(Collectors.toSet());

        List<CompletableFuture<Api.Answer>> answers = new ArrayList<>();
        List<TaskHandle> handles = new ArrayList<>();
        for (String id : taskIds) {
            int priority = 1 + Math.floorMod(id.hashCode(), PRIORITIES);
            if (id.startsWith("http-")) {
                answers.add(api.submit(id, CLIENT, capability, priority));
            } else {
                handles.add(
                        client.submit(task(id, capability).priority(priority).build()));
            }
        }
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200));
        List<String> held = awaitHeldBy("victim", taskIds);
        victim.destroyForcibly();

        await().atMost(LATER)
                .untilAsserted(() ->
                        assertThat(seen(TaskEvent.Completed.class, taskIds)).hasSizeGreaterThanOrEqualTo(400));
        assertThat(seen(TaskEvent.Completed.class, taskIds).stream()
                        .map(TaskEvent::taskId)
                        .toList())
                .doesNotHaveDuplicates();
        assertThat(handles)
                .allSatisfy(handle -> assertThat(
                                handle.outcome().get(30, TimeUnit.SECONDS).isCompleted())
                        .isTrue());
        assertThat(seen(TaskEvent.Requeued.class, Set.copyOf(held)))
                .hasSize(held.size())
                .allSatisfy(requeued -> {
                    assertThat(requeued.agentId()).isEqualTo("victim");
                    assertThat(requeued.reason()).isEqualTo(RequeueReason.AGENT_LOST);
                });
        assertThat(seen(TaskEvent.Completed.class, Set.copyOf(held))).allSatisfy(completed -> {
            assertThat(completed.agentId()).isEqualTo("survivor");
            assertThat(completed.attempt()).isEqualTo(2);
        });
        assertThat(seen(TaskEvent.Completed.class, taskIds))
                .anySatisfy(completed -> assertThat(completed.agentId()).isEqualTo("victim"));
        assertThat(api.get("/aitp/tasks/" + held.get(0)).body().path("status").asString())
                .isEqualTo("COMPLETED");
    }

    /** Waits until an agent works on as many tasks as it has slots, and will for ever. */
    private List<String> awaitHeldBy(String agentId, Set<String> taskIds) {
        return await().atMost(LATER)
                .until(
                        () -> {
                            Set<String> over = seen(TaskEvent.Completed.class, taskIds).stream()
                                    .map(TaskEvent::taskId)
                                    .collect(Collectors.toSet());
                            return seen(TaskEvent.Started.class, taskIds).stream()
                                    .filter(started -> started.agentId().equals(agentId))
                                    .map(TaskEvent::taskId)
                                    .filter(id -> !over.contains(id))
                                    .toList();
                        },
                        held -> held.size() == WorkerProcess.SLOTS && hangs(agentId, taskIds));
    }

    private boolean hangs(String agentId, Set<String> taskIds) {
        return seen(TaskEvent.Completed.class, taskIds).stream()
                        .filter(completed -> completed.agentId().equals(agentId))
                        .count()
                >= WorkerProcess.DONE_BEFORE_IT_HANGS - 1;
    }

    @Test
    void shouldGiveOutWaitingTasksByPriorityThenArrival() throws Exception {
        String capability = "ordered";
        CountDownLatch release = new CountDownLatch(1);
        agent("one-at-a-time", capability, 1, task -> {
            release.await();
            return null;
        });
        submitAsSoonAsKnown("blocker", capability);
        await().atMost(SOON)
                .until(() -> !seen(TaskEvent.Started.class, Set.of("blocker")).isEmpty());
        record Waiting(String id, int priority) {}
        List<Waiting> submitted = IntStream.range(0, 40)
                .mapToObj(n -> new Waiting("waiting-" + n, 1 + n * 7 % PRIORITIES))
                .toList();
        for (Waiting waiting : submitted) {
            // One after the other, so that the order of arrival is known.
            if (submitted.indexOf(waiting) % 2 == 0) {
                Api.Answer answer = api.submit(waiting.id, CLIENT, capability, waiting.priority)
                        .get(30, TimeUnit.SECONDS);
                assertThat(answer.status()).isEqualTo(200);
            } else {
                client.submit(task(waiting.id, capability)
                                .priority(waiting.priority)
                                .build())
                        .accepted()
                        .get(30, TimeUnit.SECONDS);
            }
        }

        release.countDown();

        // All of an agent's assignments lie on one partition, in the order in which they were made.
        try (TopicReader<TaskDelivery> deliveries = read(topics.capability(capability), TaskDelivery.class)) {
            List<TaskDelivery> given = deliveries.awaitValues(SOON, all -> all.size() == submitted.size() + 1);
            assertThat(given.stream().map(TaskDelivery::taskId).skip(1))
                    .containsExactlyElementsOf(submitted.stream()
                            .sorted(Comparator.comparingInt(Waiting::priority).reversed())
                            .map(Waiting::id)
                            .toList());
        }
    }

    @Test
    void shouldWorkWithAnAgentWrittenInShell() throws Exception {
        assumeThat(isInstalled("kcat")).as("kcat is installed").isTrue();
        Path output = folder.resolve("kcat-agent.log");
        Process agent = new ProcessBuilder(
                        "bash",
                        Path.of("..", "docs", "kcat-agent.sh").toString(),
                        ains.bootstrapServers(),
                        "shell-agent",
                        "echo:v1")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        open.add(agent::destroyForcibly);

        await().atMost(SOON)
                .until(() ->
                        api.submit("for-the-shell", CLIENT, "echo:v1", 5).join().status() == 200);

        await().atMost(LATER)
                .untilAsserted(() -> assertThat(api.get("/aitp/tasks/for-the-shell")
                                .body()
                                .path("status")
                                .asString())
                        .as(() -> readString(output))
                        .isEqualTo("COMPLETED"));
        JsonNode task = api.get("/aitp/tasks/for-the-shell").body();
        assertThat(task.path("assigned_agent_id").asString()).isEqualTo("shell-agent");
        assertThat(task.path("result_data").path("done_by").asString()).isEqualTo("kcat");
        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).as(() -> readString(output)).isZero();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }

    private static String readString(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldSetGarbageAsideOnEveryTopicAndGoOn() throws Exception {
        String capability = "unimpressed";
        List<String> inputs = List.of(
                topics.agentRegistrations(),
                topics.agentHeartbeats(),
                topics.agentStates(),
                topics.agentEvents(),
                topics.agentCapacities(),
                topics.agentOutcomes(),
                topics.taskCommands(),
                topics.taskResults(),
                topics.taskEvents(),
                topics.taskDeadLetters());
        List<RecordMetadata> written = new ArrayList<>();

        try (TopicWriter writer = new TopicWriter(ains.bootstrapServers());
                TopicReader<byte[]> letters =
                        TopicReader.of(ains.bootstrapServers(), topics.deadLetters(), bytes -> bytes)) {
            for (String topic : inputs) {
                // Before what the good agent and its task will write, on the same partitions.
                String key = topic.startsWith("ains.agent.") ? "undaunted" : capability;
                written.add(writer.send(topic, key, "{\"type\":\"Nonsense\",\"topic\":\"" + topic));
            }
            letters.await(SOON, all -> all.size() >= inputs.size());
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(origins(letters))
                            .containsAll(written.stream()
                                    .map(each -> origin(each.topic(), each.partition(), each.offset()))
                                    .toList()));
            assertThat(letters.records()).allSatisfy(letter -> {
                assertThat(new String(letter.value(), StandardCharsets.UTF_8))
                        .contains(header(letter, DeadLetters.TOPIC_HEADER));
                assertThat(header(letter, DeadLetters.REASON_HEADER)).isNotBlank();
                assertThat(header(letter, DeadLetters.SERVICE_HEADER)).isNotBlank();
            });
        }

        agent("undaunted", capability, 1, task -> null);
        TaskHandle good = submitAsSoonAsKnown("good", capability);
        assertThat(good.outcome().get(30, TimeUnit.SECONDS).isCompleted()).isTrue();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(api.get("/aitp/tasks/good")
                                .body()
                                .path("status")
                                .asString())
                        .isEqualTo("COMPLETED"));
    }

    private static Set<String> origins(TopicReader<byte[]> letters) {
        return letters.records().stream()
                .map(letter -> origin(
                        header(letter, DeadLetters.TOPIC_HEADER),
                        Integer.parseInt(header(letter, DeadLetters.PARTITION_HEADER)),
                        Long.parseLong(header(letter, DeadLetters.OFFSET_HEADER))))
                .collect(Collectors.toSet());
    }

    private static String origin(String topic, int partition, long offset) {
        return topic + " " + partition + " " + offset;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
