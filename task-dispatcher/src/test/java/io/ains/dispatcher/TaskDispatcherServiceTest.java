package io.ains.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.AgentPartition;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeadTask;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.service.DeadLetters;
import io.ains.testkit.AgentStates;
import io.ains.testkit.RunningService;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskDispatcherServiceTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CAPABILITY = "summarize:v1";

    private static final JsonSerde<TaskCommand> COMMANDS = JsonSerde.of(TaskCommand.class);
    private static final JsonSerde<TaskResult> RESULTS = JsonSerde.of(TaskResult.class);
    private static final JsonSerde<AgentState> STATES = JsonSerde.of(AgentState.class);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path stateDir;

    private final Topics topics = new Topics(TestBroker.uniquePrefix());
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable RunningService service;

    @BeforeEach
    void startService() {
        service = new RunningService(
                TaskDispatcherApplication.builder(),
                TestBroker.bootstrapServers(),
                "ains.topic-prefix=" + topics.prefix(),
                "ains.partitions=2",
                "ains.streams.state-dir=" + stateDir);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
    }

    @AfterEach
    void stopService() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        Objects.requireNonNull(service).close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return Objects.requireNonNull(service).get(path);
    }

    private <T> TopicReader<T> read(String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        TopicReader<T> reader = TopicReader.of(topic, bytes -> serde.deserialize(null, bytes));
        open.add(reader);
        return reader;
    }

    private TopicWriter writer() {
        TopicWriter writer = new TopicWriter();
        open.add(writer);
        return writer;
    }

    private static byte[] agent(String id, String session, AgentStatus status, StatusReason reason, int slots) {
        return STATES.serialize(
                null, AgentStates.of(id, session, status, reason, List.of(Capability.of(CAPABILITY, slots))));
    }

    private static byte[] submission(String id, int retries) {
        return COMMANDS.serialize(
                null,
                new TaskCommand.SubmitTask(
                        "request-" + id,
                        TaskSpec.of(id, "client", CAPABILITY)
                                .maxRetries(retries)
                                .build()));
    }

    private void send(TopicWriter writer, String topic, String key, byte[] value) {
        writer.send(topic, key, value, Map.of());
    }

    private TaskDelivery.TaskAssignment awaitAssignment(TopicReader<TaskDelivery> deliveries, String taskId) {
        return deliveries.awaitValues(SOON, all -> find(all, taskId) != null).stream()
                .map(delivery -> find(List.of(delivery), taskId))
                .filter(Objects::nonNull)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static TaskDelivery.@Nullable TaskAssignment find(List<TaskDelivery> deliveries, String taskId) {
        for (TaskDelivery delivery : deliveries) {
            if (delivery instanceof TaskDelivery.TaskAssignment assignment
                    && assignment.taskId().equals(taskId)) {
                return assignment;
            }
        }
        return null;
    }

    private static boolean has(List<TaskEvent> events, Class<? extends TaskEvent> type, String taskId) {
        return events.stream()
                .anyMatch(event -> type.isInstance(event) && event.taskId().equals(taskId));
    }

    @Test
    void shouldAssignAndCompleteATaskOverTheTopics() {
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicReader<TaskDelivery> deliveries = read(topics.capability(CAPABILITY), TaskDelivery.class);
        TopicWriter writer = writer();
        byte[] alive = agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 2);
        send(writer, topics.agentStates(), "agent-1", alive);
        awaitCapabilityKnown(writer, events);

        send(writer, topics.taskCommands(), CAPABILITY, submission("t1", 0));
        TaskDelivery.TaskAssignment assignment = awaitAssignment(deliveries, "t1");
        send(
                writer,
                topics.taskResults(),
                assignment.shard(),
                RESULTS.serialize(
                        null, new TaskResult.Completed("t1", "agent-1", "s1", assignment.attempt(), null, null)));

        events.awaitValues(SOON, all -> has(all, TaskEvent.Completed.class, "t1"));
        ConsumerRecord<String, TaskDelivery> record = deliveries.records().get(0);
        assertThat(record.key()).isEqualTo("agent-1");
        assertThat(record.partition()).isEqualTo(AgentPartition.of("agent-1", 8));
        assertThat(events.records())
                .allSatisfy(
                        event -> assertThat(event.key()).isEqualTo(event.value().taskId()));
    }

    /** A capability becomes known by way of the fan-out, so a first command may come too early. */
    private void awaitCapabilityKnown(TopicWriter writer, TopicReader<TaskEvent> events) {
        await().atMost(SOON).until(() -> {
            String probe = "probe-" + System.nanoTime();
            send(
                    writer,
                    topics.taskCommands(),
                    CAPABILITY,
                    COMMANDS.serialize(
                            null,
                            new TaskCommand.SubmitTask(
                                    null,
                                    TaskSpec.of(probe, "client", CAPABILITY)
                                            .notBefore(Long.MAX_VALUE)
                                            .build())));
            List<TaskEvent> answers = events.awaitValues(
                    SOON, all -> all.stream().anyMatch(event -> event.taskId().equals(probe)));
            return has(answers, TaskEvent.Submitted.class, probe);
        });
    }

    @Test
    void shouldSetGarbageAsideWithItsOriginAndGoOn() {
        TopicReader<byte[]> deadLetters = TopicReader.ofBytes(topics.deadLetters());
        open.add(deadLetters);
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicWriter writer = writer();
        byte[] garbage = "{\"type\":\"Nonsense\"".getBytes(StandardCharsets.UTF_8);
        List<String> inputs =
                List.of(topics.taskCommands(), topics.taskResults(), topics.agentStates(), topics.agentCapacities());

        inputs.forEach(topic -> send(writer, topic, CAPABILITY, garbage));
        writer.send(topics.taskCommands(), null, null, Map.of());
        writer.send(topics.taskResults(), null, null, Map.of());
        send(
                writer,
                topics.agentStates(),
                "agent-1",
                agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 2));

        List<ConsumerRecord<String, byte[]>> letters = deadLetters.await(SOON, all -> all.size() >= inputs.size() + 2);
        List<String> origins = new ArrayList<>(inputs);
        origins.addAll(List.of(topics.taskCommands(), topics.taskResults()));
        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetters.TOPIC_HEADER))
                .containsExactlyInAnyOrderElementsOf(origins);
        assertThat(letters).filteredOn(letter -> letter.value() == null).hasSize(2);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.value()).isIn(null, garbage);
            assertThat(header(letter, DeadLetters.REASON_HEADER)).contains("expected");
            assertThat(header(letter, DeadLetters.OFFSET_HEADER)).matches("\\d+");
            assertThat(header(letter, DeadLetters.SERVICE_HEADER)).isEqualTo("task-dispatcher");
        });
        awaitCapabilityKnown(writer, events);
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldGoOnWhereItWasAfterARestart() throws Exception {
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicReader<TaskDelivery> deliveries = read(topics.capability(CAPABILITY), TaskDelivery.class);
        TopicReader<DeadTask> dead = read(topics.taskDeadLetters(), DeadTask.class);
        TopicWriter writer = writer();
        byte[] alive = agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 1);
        send(writer, topics.agentStates(), "agent-1", alive);
        awaitCapabilityKnown(writer, events);
        send(writer, topics.taskCommands(), CAPABILITY, submission("held", 0));
        TaskDelivery.TaskAssignment held = awaitAssignment(deliveries, "held");
        send(writer, topics.taskCommands(), CAPABILITY, submission("waiting", 0));
        events.awaitValues(SOON, all -> has(all, TaskEvent.Submitted.class, "waiting"));

        Objects.requireNonNull(service).close();
        send(
                writer,
                topics.taskResults(),
                held.shard(),
                RESULTS.serialize(
                        null, new TaskResult.Failed("held", "agent-1", "s1", held.attempt(), null, "broken", true)));
        startService();

        TaskDelivery.TaskAssignment next = awaitAssignment(deliveries, "waiting");
        assertThat(next.attempt()).isEqualTo(1);
        dead.awaitValues(SOON, all -> all.size() == 1);
        assertThat(dead.values().get(0).task().taskId()).isEqualTo("held");
        assertThat(dead.values().get(0).errorMessage()).isEqualTo("broken");
    }

    @Test
    void shouldTakeADeadLetterBackWhenItIsPurgedOrItsTaskIsTriedAgain() {
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicReader<TaskDelivery> deliveries = read(topics.capability(CAPABILITY), TaskDelivery.class);
        TopicReader<byte[]> dead = TopicReader.ofBytes(topics.taskDeadLetters());
        open.add(dead);
        TopicWriter writer = writer();
        byte[] alive = agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 2);
        send(writer, topics.agentStates(), "agent-1", alive);
        awaitCapabilityKnown(writer, events);
        for (String task : List.of("purged", "again")) {
            send(writer, topics.taskCommands(), CAPABILITY, submission(task, 0));
            TaskDelivery.TaskAssignment given = awaitAssignment(deliveries, task);
            send(
                    writer,
                    topics.taskResults(),
                    given.shard(),
                    RESULTS.serialize(
                            null, new TaskResult.Failed(task, "agent-1", "s1", given.attempt(), null, "broken", true)));
        }
        dead.await(SOON, all -> all.size() == 2);

        List.<TaskCommand>of(
                        new TaskCommand.PurgeDeadTask("purged", CAPABILITY, null),
                        new TaskCommand.RetryTask("again", CAPABILITY, null, null))
                .forEach(command -> send(writer, topics.taskCommands(), CAPABILITY, COMMANDS.serialize(null, command)));

        List<ConsumerRecord<String, byte[]>> letters = dead.await(SOON, all -> all.size() == 4);
        assertThat(letters.stream().filter(letter -> letter.value() == null).map(ConsumerRecord::key))
                .containsExactlyInAnyOrder("purged", "again");
        deliveries.awaitValues(
                SOON,
                all -> all.stream().anyMatch(delivery -> delivery.taskId().equals("again") && delivery.attempt() == 2));
    }

    @Test
    void shouldTellTheAgentTheTimeoutAndPriorityThatATaskHasNow() {
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicReader<TaskDelivery> deliveries = read(topics.capability(CAPABILITY), TaskDelivery.class);
        TopicWriter writer = writer();
        byte[] degraded = agent("agent-1", "s1", AgentStatus.BUSY, StatusReason.HEARTBEAT, 1);
        send(writer, topics.agentStates(), "agent-1", degraded);
        awaitCapabilityKnown(writer, events);
        send(writer, topics.taskCommands(), CAPABILITY, submission("t1", 0));
        List.<TaskCommand>of(
                        new TaskCommand.ChangeTimeout("t1", CAPABILITY, null, null, 77),
                        new TaskCommand.ChangePriority("t1", CAPABILITY, null, null, 9))
                .forEach(command -> send(writer, topics.taskCommands(), CAPABILITY, COMMANDS.serialize(null, command)));
        events.awaitValues(SOON, all -> has(all, TaskEvent.PriorityChanged.class, "t1"));

        byte[] alive = agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.HEARTBEAT, 1);
        send(writer, topics.agentStates(), "agent-1", alive);

        TaskDelivery.TaskAssignment assignment = awaitAssignment(deliveries, "t1");
        assertThat(assignment.timeoutSeconds()).isEqualTo(77);
        assertThat(assignment.priority()).isEqualTo(9);
    }

    @Test
    void shouldSetAsideWhatIsTooLargeOnceUnpackedAndTakeWhatGrows() {
        TopicReader<byte[]> deadLetters = TopicReader.ofBytes(topics.deadLetters());
        open.add(deadLetters);
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicWriter writer = writer();
        byte[] degraded = agent("agent-1", "s1", AgentStatus.BUSY, StatusReason.HEARTBEAT, 1);
        send(writer, topics.agentStates(), "agent-1", degraded);
        awaitCapabilityKnown(writer, events);
        var config = Map.<String, Object>of(
                "bootstrap.servers",
                TestBroker.bootstrapServers(),
                "compression.type",
                "gzip",
                "max.request.size",
                16 * 1024 * 1024);
        String template = "{\"type\":\"SubmitTask\",\"task\":{\"task_id\":\"%s\",\"client_id\":\"c\",\"capability\":\""
                + CAPABILITY + "\",\"input_data\":[%s1]}}";
        String tooLarge = template.formatted("too-large", "1e6,".repeat(1_500_000));
        String growing = template.formatted("growing", "1e6,".repeat(250_000));

        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topics.taskCommands(), CAPABILITY, tooLarge));
            producer.send(new ProducerRecord<>(topics.taskCommands(), CAPABILITY, growing));
        }

        events.awaitValues(SOON, all -> has(all, TaskEvent.Submitted.class, "growing"));
        assertThat(deadLetters.await(SOON, all -> !all.isEmpty()))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(header(letter, DeadLetters.REASON_HEADER)).contains("of at most");
                    assertThat(header(letter, DeadLetters.FULL_LENGTH_HEADER))
                            .isEqualTo(Integer.toString(tooLarge.length()));
                });
    }

    @Test
    void shouldShowItsMetrics() throws Exception {
        TopicReader<TaskEvent> events = read(topics.taskEvents(), TaskEvent.class);
        TopicWriter writer = writer();
        byte[] alive = agent("agent-1", "s1", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 3);
        send(writer, topics.agentStates(), "agent-1", alive);
        awaitCapabilityKnown(writer, events);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/metrics").body())
                        .contains("ains_capability_slots_free{capability=\"summarize:v1\"} 3.0")
                        .contains("ains_tick_age_seconds{partition=\"0\"}")
                        .contains("ains_tasks_in_queue{capability=\"summarize:v1\",priority=\"HIGH\"} 0.0")
                        .contains("ains_task_oldest_wait_seconds{capability=\"summarize:v1\",priority=\"HIGH\"} 0.0"));
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }
}
