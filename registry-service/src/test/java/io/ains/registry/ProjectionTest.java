package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.service.DeadLetters;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ProjectionTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final String prefix = TestBroker.uniquePrefix();
    private final Topics topics = new Topics(prefix);
    private TestDatabase database;

    @BeforeEach
    void chooseDatabase(@TempDir Path folder) {
        database = TestDatabase.in(folder);
    }

    private Registry start() {
        return new Registry(TestBroker.bootstrapServers(), prefix, database, "--ains.registry.answer-timeout=10s");
    }

    /** A fleet and its tasks in several states, by way of the routes. */
    private void fill(Registry registry) {
        for (String agent : List.of("a-1", "a-2")) {
            registry.post("/ains/agents", """
                    {"agent_id": "%s", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff",
                     "tags": ["t"], "capabilities": [{"name": "cap", "max_concurrency": 2, "price": 1.5}]}""".formatted(agent));
        }
        registry.post("/ains/agents", """
                {"agent_id": "gone", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff"}""");
        registry.delete("/ains/agents/gone");
        for (int i = 0; i < 10; i++) {
            submit(registry, "t-" + i);
        }
        Awaitility.await()
                .until(() -> registry.get("/aitp/tasks?status=ASSIGNED")
                                .body()
                                .at("/total")
                                .asInt()
                        == 4);
        List<String> done = List.of("COMPLETED", "FAILED", "ACTIVE");
        JsonNode held = registry.get("/aitp/tasks?status=ASSIGNED").body().at("/tasks");
        for (int i = 0; i < done.size(); i++) {
            JsonNode task = held.get(i);
            Response reported = registry.put(
                    "/aitp/tasks/" + task.get("task_id").asString() + "/status?agent_id="
                            + task.get("assigned_agent_id").asString(),
                    "{\"status\": \"%s\", \"result_data\": {\"r\": %d}, \"retryable\": false}"
                            .formatted(done.get(i), i));
            assertThat(reported.status()).as(reported.text()).isEqualTo(200);
        }
        registry.put("/aitp/tasks/t-9/priority?new_priority=2", "");
        registry.delete("/aitp/tasks/t-8?reason=why");
        Awaitility.await()
                .until(() -> registry.get("/aitp/tasks?status=ASSIGNED")
                                .body()
                                .at("/total")
                                .asInt()
                        == 3);
    }

    private static Response submit(Registry registry, String id) {
        return registry.post("/aitp/tasks", """
                {"task_id": "%s", "client_id": "c", "task_type": "t", "capability_required": "cap",
                 "input_data": {"n": 1}, "metadata": {"m": true}}""".formatted(id));
    }

    /** All that the service answers of what {@link #fill} made. */
    private static List<String> answers(Registry registry) {
        List<String> answers = new ArrayList<>();
        answers.add(registry.get("/aitp/tasks?limit=100").text());
        for (int i = 0; i < 10; i++) {
            answers.add(registry.get("/aitp/tasks/t-" + i + "/events").text());
        }
        answers.add(registry.get("/ains/agents?limit=100").text());
        for (String agent : List.of("a-1", "a-2", "gone")) {
            answers.add(registry.get("/ains/agents/" + agent).text());
        }
        answers.add(registry.get("/ains/agents?capability=cap").text());
        ObjectNode stats = (ObjectNode) registry.get("/aitp/queue/stats").body();
        answers.add(stats.at("/workload").toString());
        answers.add(stats.at("/queue/by_priority").toString());
        return answers;
    }

    private TaskEvent submitted(String id) {
        return new TaskEvent.Submitted(
                id, "cap", 1_000, null, TaskSpec.of(id, "c", "cap").build(), TaskStatus.PENDING);
    }

    private void send(TopicWriter writer, TaskEvent event) {
        writer.send(
                topics.taskEvents(),
                event.taskId(),
                JsonSerde.of(TaskEvent.class).serialize(null, event),
                Map.of());
    }

    @Test
    void shouldGiveTheSameAnswersFromADatabaseThatWasMadeAnew() throws Exception {
        List<String> before;
        try (Registry registry = start().awaitReady();
                var plane = new ControlPlaneDouble(TestBroker.bootstrapServers(), topics, Registry.PARTITIONS)) {
            fill(registry);
            before = answers(registry);
        }
        database.delete();

        try (Registry registry = start().awaitReady()) {
            assertThat(answers(registry)).isEqualTo(before);
        }
    }

    @Test
    void shouldNotBeHarmedByRecordsThatAreReadTwice() throws Exception {
        List<String> before;
        try (Registry registry = start().awaitReady();
                var plane = new ControlPlaneDouble(TestBroker.bootstrapServers(), topics, Registry.PARTITIONS)) {
            fill(registry);
            before = answers(registry);
        }
        database.execute("UPDATE projection_offset SET next_offset = 0");

        try (Registry registry = start().awaitReady()) {
            assertThat(answers(registry)).isEqualTo(before);
        }
    }

    @Test
    void shouldGoOnWhereItStoppedAndLetLagToolsSeeIt() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter()) {
            send(writer, submitted("before"));
            Awaitility.await().until(() -> registry.get("/aitp/tasks/before").status() == 200);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
                String group = prefix.substring(0, prefix.length() - 1) + "-registry";
                Awaitility.await()
                        .atMost(LONG)
                        .until(() ->
                                admin
                                                .listConsumerGroupOffsets(group)
                                                .partitionsToOffsetAndMetadata()
                                                .get()
                                                .entrySet()
                                                .stream()
                                                .filter(each ->
                                                        each.getKey().topic().equals(topics.taskEvents()))
                                                .mapToLong(
                                                        each -> each.getValue().offset())
                                                .sum()
                                        == 1);
            }
        }
        try (TopicWriter writer = new TopicWriter()) {
            send(writer, submitted("meanwhile"));
        }

        try (Registry registry = start().awaitReady()) {
            assertThat(registry.get("/aitp/tasks/before").status()).isEqualTo(200);
            assertThat(registry.get("/aitp/tasks/meanwhile").status()).isEqualTo(200);
            assertThat(database.number("SELECT count(*) FROM task_event")).isEqualTo(2);
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhenTheDatabaseFailsInTheMiddleOfABatch() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter()) {
            // The task's own row is written before the one that fails.
            database.execute("ALTER TABLE task_event RENAME TO task_event_away");
            for (int i = 0; i < 50; i++) {
                send(writer, submitted("b-" + i));
            }

            Awaitility.await().atMost(LONG).until(() -> registry.get("/readyz").status() == 503);
            assertThat(registry.get("/readyz").text()).contains("task_event");
            assertThat(database.number("SELECT count(*) FROM task"))
                    .as("rolled back")
                    .isZero();
            assertThat(
                            database.number(
                                    "SELECT coalesce(sum(next_offset), 0) FROM projection_offset WHERE topic LIKE '%task.events'"))
                    .isZero();

            database.execute("ALTER TABLE task_event_away RENAME TO task_event");
            registry.awaitReady();
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> registry.get("/aitp/tasks").body().at("/total").asInt() == 50);
            assertThat(database.number("SELECT count(*) FROM task_event")).isEqualTo(50);
        }
    }

    @Test
    void shouldSetAsideWhatCannotBeReadAndGoOn() {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter();
                TopicReader<byte[]> letters = TopicReader.ofBytes(topics.deadLetters())) {
            writer.send(topics.taskEvents(), "k", "not json");
            writer.send(topics.taskEvents(), "k", "{\"type\": \"TaskTeleported\", \"task_id\": \"x\"}");
            writer.send(topics.taskEvents(), "k", "{\"type\": \"TaskStarted\"}");
            writer.send(topics.taskEvents(), "k", null, Map.of());
            writer.send(topics.agentStates(), "k", "{\"agent_id\": \"k\"}");
            writer.send(topics.agentEvents(), "k", "[]");
            writer.send(topics.taskDeadLetters(), "k", "{}");
            send(writer, submitted("good"));

            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> registry.get("/aitp/tasks/good").status() == 200);
            var found = letters.await(LONG, records -> records.size() == 7);
            assertThat(found)
                    .allSatisfy(letter -> assertThat(letter.headers().lastHeader(DeadLetters.REASON_HEADER))
                            .isNotNull());
            assertThat(found.stream()
                            .filter(letter -> letter.value() != null
                                    && new String(letter.value(), StandardCharsets.UTF_8).equals("not json"))
                            .map(letter -> new String(
                                    letter.headers()
                                            .lastHeader(DeadLetters.TOPIC_HEADER)
                                            .value(),
                                    StandardCharsets.UTF_8)))
                    .containsExactly(topics.taskEvents());
        }
    }

    @Test
    void shouldSetAsideTheOneRecordThatTheDatabaseRefuses() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter();
                TopicReader<byte[]> letters = TopicReader.ofBytes(topics.deadLetters())) {
            database.refuseTask("b-7");
            for (int i = 0; i < 20; i++) {
                send(writer, submitted("b-" + i));
            }

            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> registry.get("/aitp/tasks").body().at("/total").asInt() == 19);
            assertThat(letters.await(LONG, records -> !records.isEmpty()).get(0).key())
                    .isEqualTo("b-7");
            assertThat(database.number("SELECT count(*) FROM task_event")).isEqualTo(19);
        }
    }

    @Test
    void shouldNoticeThatATopicWasMadeAnew() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter()) {
            send(writer, submitted("of-the-old-log"));
            Awaitility.await()
                    .until(() -> registry.get("/aitp/tasks/of-the-old-log").status() == 200);
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            admin.deleteTopics(List.of(topics.taskEvents())).all().get();
            Awaitility.await().until(() -> !admin.listTopics().names().get().contains(topics.taskEvents()));
        }

        TestBroker.createTopics(Registry.PARTITIONS, topics.taskEvents());
        try (TopicWriter writer = new TopicWriter()) {
            // Enough that the old positions lie within the new log, where no offset tells the two apart.
            for (int i = 0; i < 20; i++) {
                send(writer, submitted("new-" + i));
            }
        }

        try (Registry registry = start().awaitReady()) {
            assertThat(registry.get("/aitp/tasks/of-the-old-log").status()).isEqualTo(404);
            assertThat(registry.get("/aitp/tasks").body().at("/total").asInt()).isEqualTo(20);
        }
    }

    @Test
    void shouldAnswerARegistrationOnlyWhenTheAgentCanBeSeen() {
        try (Registry registry = start().awaitReady();
                TopicWriter events = new TopicWriter();
                var registrations = TopicReader.of(topics.agentRegistrations(), bytes -> Json.MAPPER.readTree(bytes));
                var states = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                TestBroker.bootstrapServers(),
                                "transactional.id",
                                prefix + "states"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            var answer = registry.request("POST", "/ains/agents", """
                    {"agent_id": "slow", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff"}""");
            String requestId = registrations
                    .awaitValues(LONG, seen -> !seen.isEmpty())
                    .get(0)
                    .get("request_id")
                    .asString();
            states.initTransactions();
            states.beginTransaction();
            states.send(new ProducerRecord<>(topics.agentStates(), "slow", """
                    {"agent_id": "slow", "session_id": "s", "status": "AVAILABLE", "status_reason": "REGISTERED",
                     "status_since": 1, "display_name": "x", "tags": [], "delivery": "poll", "capabilities": [],
                     "heartbeat_interval_ms": 5000, "registered_at": 1, "trust_score": 0.5, "tasks_completed": 0,
                     "tasks_failed": 0, "availability1m": 1, "availability5m": 1, "availability60m": 1}""".getBytes(StandardCharsets.UTF_8)));
            states.flush();
            // The transaction has ended on the events' partition, and not yet on the states'.
            events.send(topics.agentEvents(), "slow", """
                    {"type": "AgentRegistered", "agent_id": "slow", "at": 1, "request_id": "%s", "session_id": "s",
                     "new_session": true, "first_registered_at": 1}""".formatted(requestId));
            Awaitility.await()
                    .until(() ->
                            registry.get("/metrics").text().contains("ains_registry_projection_records_total 1.0"));
            assertThat(answer).isNotDone();

            states.commitTransaction();

            assertThat(answer).succeedsWithin(LONG);
            assertThat(answer.join().status()).as(answer.join().text()).isEqualTo(200);
        }
    }

    @Test
    void shouldForgetWhatEndedLongAgoAndKeepWhatHasNotEnded() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter()) {
            send(writer, submitted("lives"));
            send(writer, submitted("ended-now"));
            send(writer, new TaskEvent.Expired("ended-now", "cap", System.currentTimeMillis(), null, null, 0));
            send(writer, submitted("ended-long-ago"));
            send(writer, new TaskEvent.Expired("ended-long-ago", "cap", 2_000, null, null, 0));
            Awaitility.await()
                    .until(() ->
                            registry.get("/aitp/tasks/ended-now").at("/status").equals("EXPIRED"));
        }

        try (Registry registry = start().awaitReady()) {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> registry.get("/aitp/tasks/ended-long-ago").status() == 404);
            assertThat(registry.get("/aitp/tasks/ended-long-ago/events").status())
                    .isEqualTo(404);
            assertThat(registry.get("/aitp/tasks/ended-now").status()).isEqualTo(200);
            assertThat(registry.get("/aitp/tasks/lives").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldBeginAnewWhenItsPositionsAreBeyondTheLog() throws Exception {
        try (Registry registry = start().awaitReady();
                TopicWriter writer = new TopicWriter()) {
            send(writer, submitted("real"));
            Awaitility.await().until(() -> registry.get("/aitp/tasks/real").status() == 200);
        }
        database.execute(
                "UPDATE projection_offset SET next_offset = 1000000 WHERE topic LIKE '%task.events'",
                "UPDATE task SET client_id = 'never said'");

        try (Registry registry = start().awaitReady()) {
            assertThat(registry.get("/aitp/tasks/real").at("/client_id")).isEqualTo("c");
        }
    }

    @Test
    void shouldAnswerWhatItKnowsWhileTheBrokerIsAwayAndGoOnAfterwards(@TempDir Path data) throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(data)).start();
                Registry registry = new Registry(
                                broker.bootstrapServers(), prefix, database, "--ains.registry.answer-timeout=3s")
                        .awaitReady();
                TopicWriter writer = new TopicWriter(broker.bootstrapServers())) {
            send(writer, submitted("known"));
            Awaitility.await().until(() -> registry.get("/aitp/tasks/known").status() == 200);

            broker.stop();

            Awaitility.await().atMost(LONG).until(() -> registry.get("/health").status() == 503);
            assertThat(registry.get("/health").at("/reason")).contains("Kafka");
            assertThat(registry.get("/readyz").status()).isEqualTo(503);
            assertThat(registry.get("/livez").status()).isEqualTo(200);
            assertThat(registry.get("/aitp/tasks/known").status()).isEqualTo(200);
            Response refused = submit(registry, "refused");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();

            broker.start();

            registry.awaitReady();
            send(writer, submitted("afterwards"));
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> registry.get("/aitp/tasks/afterwards").status() == 200);
        }
    }

    @Test
    void shouldStartBeforeItsBrokerDoes(@TempDir Path data) {
        EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(data)).start();
        broker.stop();
        try (broker;
                Registry registry = new Registry(broker.bootstrapServers(), prefix, database)) {
            assertThat(registry.get("/readyz").status()).isEqualTo(503);
            assertThat(registry.get("/livez").status()).isEqualTo(200);
            Response early = registry.get("/aitp/tasks");
            assertThat(early.status()).isEqualTo(503);
            assertThat(early.header("Content-Type")).isEqualTo("application/problem+json");

            broker.start();

            registry.awaitReady();
            assertThat(registry.get("/aitp/tasks").status()).isEqualTo(200);
        }
    }
}
