package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.floor.Floor;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Figures, not a test: how fast the tables fill, and how fast they answer. {@code -Dains.load=…} says what is measured. */
class LoadTest {
    private static final int AGENTS = Integer.getInteger("ains.load.agents", 100_000);
    private static final int TASKS = Integer.getInteger("ains.load.tasks", 1_000_000);
    private static final long NOW = System.currentTimeMillis();

    private final String prefix = TestBroker.uniquePrefix();
    private final Topics topics = new Topics(prefix);
    private final JsonSerde<TaskEvent> events = JsonSerde.of(TaskEvent.class);

    private static void say(String format, Object... values) {
        System.out.println("LOAD " + String.format(Locale.ROOT, format, values));
    }

    private void produce(Consumer<KafkaProducer<String, byte[]>> work) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        TestBroker.bootstrapServers(),
                        "linger.ms",
                        5,
                        "batch.size",
                        200_000,
                        "compression.type",
                        "lz4",
                        "buffer.memory",
                        64_000_000L),
                new StringSerializer(),
                new ByteArraySerializer())) {
            work.accept(producer);
        }
    }

    private void send(KafkaProducer<String, byte[]> producer, TaskEvent event) {
        producer.send(new ProducerRecord<>(topics.taskEvents(), event.taskId(), events.serialize(null, event)));
    }

    private static TaskEvent submitted(int i) {
        String id = "task-" + i;
        String capability = "cap-" + i % 50;
        return new TaskEvent.Submitted(
                id,
                capability,
                NOW + i,
                null,
                TaskSpec.of(id, "client-" + i % 97, capability)
                        .taskType("type-" + i % 11)
                        .priority(1 + i % 10)
                        .build(),
                TaskStatus.PENDING);
    }

    private static AgentState agent(int i) {
        return new AgentState(
                "agent-" + i,
                "s",
                i % 10 == 0 ? AgentStatus.BUSY : AgentStatus.AVAILABLE,
                StatusReason.HEARTBEAT,
                NOW,
                List.of(),
                "Agent " + i,
                null,
                "http://a",
                "ab",
                List.of("tag-" + i % 20),
                DeliveryMode.POLL,
                5_000,
                List.of(new Capability(
                        "cap-" + i % 50,
                        4,
                        null,
                        null,
                        null,
                        null,
                        null,
                        i % 1000 / 10.0,
                        null,
                        i % 777 / 1.0,
                        null,
                        null,
                        false)),
                NOW,
                NOW,
                5L,
                null,
                null,
                null,
                (i % 1000) / 1000.0,
                i % 5,
                i % 3,
                null,
                null,
                1,
                1,
                1);
    }

    @Test
    @EnabledIfSystemProperty(named = "ains.load", matches = "lists")
    void lists(@TempDir Path folder) throws Exception {
        TestDatabase database = TestDatabase.in(folder);
        new Registry(TestBroker.bootstrapServers(), prefix, database)
                .awaitReady()
                .close();
        JsonSerde<AgentState> states = JsonSerde.of(AgentState.class);
        produce(producer -> {
            for (int i = 0; i < AGENTS; i++) {
                producer.send(
                        new ProducerRecord<>(topics.agentStates(), "agent-" + i, states.serialize(null, agent(i))));
            }
            for (int i = 0; i < TASKS; i++) {
                send(producer, submitted(i));
                if (i % 20 != 0) {
                    send(
                            producer,
                            new TaskEvent.Completed(
                                    "task-" + i,
                                    "cap-" + i % 50,
                                    NOW + i + 50,
                                    null,
                                    "agent-" + i % AGENTS,
                                    1,
                                    null,
                                    NOW + i));
                }
            }
        });
        long records = AGENTS + TASKS + TASKS - TASKS / 20;
        long began = System.nanoTime();
        try (Registry registry = new Registry(TestBroker.bootstrapServers(), prefix, database)) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(15))
                    .until(() -> registry.get("/readyz").status() == 200);
            double seconds = (System.nanoTime() - began) / 1e9;
            say("rebuild of %d records in %.1f s: %.0f records/s", records, seconds, records / seconds);
            for (String path : List.of(
                    "/livez",
                    "/aitp/tasks",
                    "/aitp/tasks?status=COMPLETED",
                    "/aitp/tasks?status=PENDING&limit=100",
                    "/aitp/tasks?client_id=client-5",
                    "/aitp/tasks?capability=cap-7&status=COMPLETED",
                    "/aitp/tasks?task_type=type-3",
                    "/aitp/tasks?assigned_agent_id=agent-77&status=ASSIGNED",
                    "/aitp/tasks?assigned_agent_id=agent-77",
                    "/aitp/tasks?client_id=client-5&task_type=type-3",
                    "/aitp/tasks?client_id=client-5&capability=cap-7&status=PENDING",
                    "/aitp/tasks?task_type=type-3&capability=cap-7",
                    "/ains/agents",
                    "/ains/agents?status=BUSY",
                    "/ains/agents?capability=cap-7",
                    "/ains/agents?capability=cap-7&status=BUSY",
                    "/ains/search",
                    "/ains/search?capability=cap-7&sort_by=price",
                    "/ains/search?capability=ap&sort_by=price",
                    "/ains/search?tags=tag-3",
                    "/ains/search?tags=tag-3&min_trust=0.9&status=BUSY",
                    "/ains/search?capability=AP-4&sort_by=latency",
                    "/ains/search?min_trust=0.5&sort_by=price",
                    "/ains/search?capability=ap&min_trust=0.2&status=AVAILABLE",
                    "/ains/search?capability=ap&tags=tag-3,tag-4&sort_by=price",
                    "/ains/search?min_trust=0.99&sort_by=latency&status=BUSY",
                    "/ains/agents/leaderboard?min_tasks=3",
                    "/aitp/queue/stats",
                    "/ains/stats",
                    "/ains/capabilities",
                    "/health/aitp",
                    "/aitp/dead-letters")) {
                double[] millis = new double[300];
                for (int i = -30; i < millis.length; i++) {
                    long asked = System.nanoTime();
                    int status = registry.get(path).status();
                    if (status != 200) {
                        say("%s: %d", path, status);
                    }
                    if (i >= 0) {
                        millis[i] = (System.nanoTime() - asked) / 1e6;
                    }
                }
                report(path, millis);
            }
        }
        began = System.nanoTime();
        try (Registry again = new Registry(TestBroker.bootstrapServers(), prefix, database).awaitReady()) {
            say("started again with its tables in %.1f s", (System.nanoTime() - began) / 1e9);
            assertThat(again.get("/aitp/tasks").status()).isEqualTo(200);
        }
    }

    private static void report(String what, double[] millis) {
        Arrays.sort(millis);
        say("%-70s p50 %7.2f ms  p99 %7.2f ms", what, millis[millis.length / 2], millis[millis.length * 99 / 100]);
    }

    @Test
    @EnabledIfSystemProperty(named = "ains.load", matches = "ingest")
    void ingest(@TempDir Path folder) throws Exception {
        int rate = Integer.getInteger("ains.load.rate", 5_000);
        int seconds = 20;
        try (Registry registry =
                new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder)).awaitReady()) {
            produce(producer -> {
                long began = System.nanoTime();
                List<Double> lags = new ArrayList<>();
                int sent = 0;
                for (int tick = 1; tick <= seconds * 20; tick++) {
                    for (; sent < (long) rate * tick / 20; sent += 4) {
                        int i = sent / 4;
                        send(producer, submitted(i));
                        send(
                                producer,
                                new TaskEvent.Assigned(
                                        "task-" + i, "cap-" + i % 50, NOW, null, "agent-" + i % 500, "s", 1));
                        send(
                                producer,
                                new TaskEvent.Started("task-" + i, "cap-" + i % 50, NOW, null, "agent-" + i % 500, 1));
                        send(
                                producer,
                                new TaskEvent.Completed(
                                        "task-" + i, "cap-" + i % 50, NOW + 9, null, "agent-" + i % 500, 1, null, NOW));
                    }
                    producer.flush();
                    if (tick % 20 == 0) {
                        lags.add(registry.get("/readyz")
                                .body()
                                .at("/components/projection/details/lag_records")
                                .asDouble());
                    }
                    LockSupport.parkNanos(Math.max(0, began + tick * 50_000_000L - System.nanoTime()));
                }
                double took = (System.nanoTime() - began) / 1e9;
                String last = "/aitp/tasks/task-" + (sent / 4 - 1);
                Awaitility.await()
                        .atMost(Duration.ofMinutes(5))
                        .until(() -> registry.get(last).status() == 200
                                && registry.get(last).at("/status").equals("COMPLETED"));
                say(
                        "%d events in %.1f s (%.0f/s); the last was seen %.2f s after it was sent; lag each second %s",
                        sent, took, sent / took, (System.nanoTime() - began) / 1e9 - took, lags);
            });
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "ains.load", matches = "polls")
    void polls(@TempDir Path folder) throws Exception {
        JsonSerde<AgentState> states = JsonSerde.of(AgentState.class);
        try (Registry registry =
                new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder)).awaitReady()) {
            produce(producer -> {
                for (int i = 0; i < 2_000; i++) {
                    producer.send(
                            new ProducerRecord<>(topics.agentStates(), "agent-" + i, states.serialize(null, agent(i))));
                }
            });
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() ->
                            registry.get("/ains/agents").body().at("/total").asInt() == 2_000);
            List<CompletableFuture<Long>> polls = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                polls.add(registry.request("GET", "/ains/agents/agent-" + i + "/tasks/next?wait=30", null)
                        .thenApply(answer -> System.nanoTime()));
            }
            Awaitility.await()
                    .until(() -> registry.get("/metrics").text().contains("ains_registry_polls_waiting 2000.0"));
            double[] millis = new double[500];
            produce(producer -> {
                for (int i = 0; i < millis.length; i++) {
                    send(producer, submitted(i));
                    long assigned = System.nanoTime();
                    send(
                            producer,
                            new TaskEvent.Assigned("task-" + i, "cap-" + i % 50, NOW, null, "agent-" + i, "s", 1));
                    producer.flush();
                    millis[i] = (polls.get(i).join() - assigned) / 1e6;
                }
            });
            report("from an assignment on Kafka to the poll's answer, 2,000 waiting", millis);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "ains.load", matches = "wrk")
    void wrk(@TempDir Path folder) throws Exception {
        var floor = new SpringApplicationBuilder(Floor.class)
                .run("--server.port=0", "--spring.main.banner-mode=off", "--springdoc.api-docs.enabled=false");
        String floorBase = "http://127.0.0.1:" + floor.getEnvironment().getProperty("local.server.port");
        try (floor;
                Registry registry =
                        new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder)).awaitReady();
                var plane = new ControlPlaneDouble(TestBroker.bootstrapServers(), topics, Registry.PARTITIONS)) {
            registry.post("/ains/agents", """
                    {"agent_id": "a", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff",
                     "capabilities": [{"name": "cap"}]}""");
            registry.post("/ains/agents", """
                    {"agent_id": "b", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff",
                     "capabilities": [{"name": "polled", "max_concurrency": 3}]}""");
            for (int i = 0; i < 3; i++) {
                registry.post(
                        "/aitp/tasks",
                        "{\"client_id\": \"c\", \"task_type\": \"t\", \"capability_required\": \"polled\", \"input_data\": {\"n\": 1}}");
            }
            String heartbeat =
                    "{\"timestamp\": 1, \"status\": \"OFFLINE\", \"uptime_ms\": 5, \"metrics\": {\"cpu\": 0.5}}";
            registry.post("/ains/agents/a/heartbeat", heartbeat);
            String task =
                    "{\"client_id\": \"c\", \"task_type\": \"t\", \"capability_required\": \"cap\", \"input_data\": {\"n\": 1}}";
            for (int round = 0; round < 2; round++) {
                measure(folder, "floor GET", floorBase + "/floor", null);
                measure(folder, "floor POST", floorBase + "/floor", heartbeat);
                measure(folder, "heartbeat", registry.base() + "/ains/agents/a/heartbeat", heartbeat);
                measure(
                        folder,
                        "poll by list",
                        registry.base() + "/aitp/tasks?assigned_agent_id=b&status=ASSIGNED",
                        null);
                measure(folder, "poll by next", registry.base() + "/ains/agents/b/tasks/next", null);
                measure(folder, "submit, async", registry.base() + "/aitp/tasks#async", task);
                measure(folder, "submit", registry.base() + "/aitp/tasks", task);
            }
        }
    }

    private static void measure(Path folder, String what, String url, @Nullable String body) throws Exception {
        Path script = folder.resolve("wrk.lua");
        String post = body == null
                ? ""
                : "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = '" + body
                        + "'\n";
        if (url.endsWith("#async")) {
            post += "wrk.headers[\"Prefer\"] = \"respond-async\"\n";
        }
        Files.writeString(script, post);
        Process wrk = new ProcessBuilder(
                        "wrk", "-t1", "-c16", "-d5s", "--latency", "-s", script.toString(), url.replace("#async", ""))
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line : said.split("\n")) {
            if (line.matches("\\s*(50%|99%).*|Requests/sec.*|\\s*Non-2xx.*|.*Socket errors.*")) {
                lines.add(line.strip().replaceAll("\\s+", " "));
            }
        }
        say("%-14s %s", what, lines);
    }
}
