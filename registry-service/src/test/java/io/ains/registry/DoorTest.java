package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentState;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the door behaves when there are many at it, when they are slow, and when it is being closed. */
class DoorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int POLLERS = 2_000;

    private final String prefix = TestBroker.uniquePrefix();
    private final Topics topics = new Topics(prefix);
    private Path folder;

    @BeforeEach
    void chooseFolder(@TempDir Path chosen) {
        folder = chosen;
    }

    private Registry start(String name, String... more) {
        return new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder.resolve(name)), more)
                .awaitReady();
    }

    private ControlPlaneDouble controlPlane() {
        return new ControlPlaneDouble(TestBroker.bootstrapServers(), topics, Registry.PARTITIONS);
    }

    private static void register(Registry registry, String agentId) {
        Response registered = registry.post("/ains/agents", """
                {"agent_id": "%s", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff",
                 "capabilities": [{"name": "cap", "max_concurrency": 100}]}""".formatted(agentId));
        assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    }

    private static final String TASK = """
            {"client_id": "c", "task_type": "t", "capability_required": "cap", "input_data": {}}""";

    private void assign(TopicWriter writer, String taskId, String agentId) {
        JsonSerde<TaskEvent> serde = JsonSerde.of(TaskEvent.class);
        long now = System.currentTimeMillis();
        for (TaskEvent event : List.of(
                new TaskEvent.Submitted(
                        taskId,
                        "cap",
                        now,
                        null,
                        TaskSpec.of(taskId, "c", "cap").build(),
                        TaskStatus.PENDING),
                new TaskEvent.Assigned(taskId, "cap", now, null, agentId, "s", 1))) {
            writer.send(topics.taskEvents(), taskId, serde.serialize(null, event), Map.of());
        }
    }

    @Test
    void shouldLetTwoThousandAgentsWaitWithoutAThreadForEach() {
        try (Registry registry = start("polls");
                TopicWriter writer = new TopicWriter()) {
            for (int i = 0; i < POLLERS; i++) {
                writer.send(
                        topics.agentStates(),
                        "p-" + i,
                        JsonSerde.of(AgentState.class)
                                .serialize(null, Json.MAPPER.readValue("""
                                {"agent_id": "p-%d", "session_id": "s", "status": "AVAILABLE", "status_reason": "REGISTERED",
                                 "status_since": 1, "display_name": "x", "tags": [], "delivery": "poll", "capabilities": [],
                                 "heartbeat_interval_ms": 5000, "registered_at": 1, "trust_score": 0.5,
                                 "tasks_completed": 0, "tasks_failed": 0, "availability1m": 1, "availability5m": 1,
                                 "availability60m": 1}""".formatted(i), AgentState.class)),
                        Map.of());
            }
            Awaitility.await()
                    .atMost(LONG)
                    .until(() ->
                            registry.get("/ains/agents").body().at("/total").asInt() == POLLERS);
            int threadsBefore = Thread.activeCount();

            List<CompletableFuture<Response>> polls = new ArrayList<>();
            for (int i = 0; i < POLLERS; i++) {
                polls.add(registry.request("GET", "/ains/agents/p-" + i + "/tasks/next?wait=30", null));
            }

            Awaitility.await()
                    .atMost(Duration.ofSeconds(25))
                    .until(() -> registry.get("/metrics").text().contains("ains_registry_polls_waiting 2000.0"));
            assertThat(Thread.activeCount()).isLessThan(threadsBefore + 300);
            assign(writer, "first", "p-0");
            assertThat(polls.get(0)).succeedsWithin(Duration.ofSeconds(10));
            for (int i = 1; i < POLLERS; i++) {
                assign(writer, "task-" + i, "p-" + i);
            }
            for (int i = 0; i < POLLERS; i++) {
                assertThat(polls.get(i)).succeedsWithin(LONG);
                assertThat(polls.get(i).join().at("/tasks/0/task_id")).isEqualTo(i == 0 ? "first" : "task-" + i);
            }
        }
    }

    @Test
    void shouldShowOnOneInstanceWhatAnotherHasAnswered() throws Exception {
        TestDatabase other = TestDatabase.in(folder.resolve("behind"));
        try (Registry registry = start("ahead");
                Registry behind = new Registry(TestBroker.bootstrapServers(), prefix, other).awaitReady();
                var plane = controlPlane()) {
            register(registry, "a");
            CompletableFuture<Response> waiting;
            CompletableFuture<Response> withBody;
            Response submitted;
            try (Connection held = other.hold()) {
                submitted = registry.post("/aitp/tasks", TASK);
                assertThat(submitted.header("AINS-Version")).matches("t\\d\\.\\d+");
                String path = "/aitp/tasks/" + submitted.at("/task_id");
                assertThat(behind.get(path).status()).as("it is behind").isEqualTo(404);

                waiting = behind.request("GET", path, null, "AINS-Min-Version", submitted.header("AINS-Version"));
                withBody = behind.request(
                        "POST", "/aitp/tasks", TASK, "AINS-Min-Version", submitted.header("AINS-Version"));
                assertThat(registry.send("GET", path, null, "AINS-Min-Version", submitted.header("AINS-Version"))
                                .status())
                        .isEqualTo(200);
                assertThat(waiting).isNotDone();
                held.rollback();
            }

            assertThat(waiting).succeedsWithin(LONG);
            assertThat(waiting.join().status()).as(waiting.join().text()).isEqualTo(200);
            assertThat(waiting.join().at("/task_id")).isEqualTo(submitted.at("/task_id"));
            assertThat(withBody).succeedsWithin(LONG);
            assertThat(withBody.join().status()).as(withBody.join().text()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseAVersionThatIsNoneAndNotWaitForeverForOne() {
        try (Registry registry = start("versions", "--ains.registry.answer-timeout=1s")) {
            assertThat(registry.send("GET", "/aitp/tasks", null, "AINS-Min-Version", "yesterday")
                            .status())
                    .isEqualTo(422);

            Response never = registry.send("GET", "/aitp/tasks", null, "AINS-Min-Version", "t0.999999");

            assertThat(never.status()).isEqualTo(503);
            assertThat(never.header("Retry-After")).isNotEmpty();
            assertThat(never.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void shouldNotWaitForABodyThatDoesNotEnd() throws Exception {
        try (Registry registry = start("slow", "--ains.registry.body-timeout=1s");
                Socket socket = connect(registry)) {
            OutputStream out = socket.getOutputStream();
            post(out, 1_000, "{");
            ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
            try {
                // Until the service closes the connection.
                trickle.scheduleAtFixedRate(() -> write(out, " "), 0, 100, TimeUnit.MILLISECONDS);

                assertThat(answerOn(socket)).startsWith("HTTP/1.1 408");
            } finally {
                trickle.shutdownNow();
            }
            assertThat(registry.get("/livez").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldNotWaitForAClientThatHasFallenSilent() throws Exception {
        try (Registry registry = start("silent", "--ains.registry.body-timeout=1s");
                Socket socket = connect(registry)) {

            post(socket.getOutputStream(), 1_000, "{");

            assertThat(answerOn(socket)).startsWith("HTTP/1.1 408").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void shouldAnswerBeforeATooLargeBodyIsThereAndHearItsClientOut() throws Exception {
        int announced = 8 * Json.MAX_BODY_BYTES;
        try (Registry registry = start("large");
                Socket socket = connect(registry)) {
            post(socket.getOutputStream(), announced, "{");

            assertThat(answerOn(socket)).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");

            write(socket.getOutputStream(), "x".repeat(announced - 1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldNotWaitForABodyThatIsHeldBackUntilItIsWanted() throws Exception {
        try (Registry registry = start("asked-first");
                Socket socket = connect(registry)) {
            write(
                    socket.getOutputStream(),
                    "POST /aitp/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                            + "Content-Length: " + 8 * Json.MAX_BODY_BYTES + "\r\n\r\n");

            assertThat(answerOn(socket)).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static Socket connect(Registry registry) throws IOException {
        Socket socket = new Socket("127.0.0.1", URI.create(registry.base()).getPort());
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static void post(OutputStream out, int announced, String body) {
        write(
                out,
                "POST /aitp/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + announced
                        + "\r\n\r\n" + body);
    }

    private static void write(OutputStream out, String text) {
        try {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next answer, all of it, so that another can follow; or what there is of it when the connection ends. */
    private static String answerOn(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        readUntil(in, answer, "\r\n\r\n");
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(answer);
        if (length.find()) {
            answer.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8));
        } else {
            readUntil(in, answer, "\r\n0\r\n\r\n");
        }
        return answer.toString();
    }

    private static void readUntil(InputStream in, StringBuilder answer, String end) throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            answer.append((char) next);
            if (answer.indexOf(end, Math.max(0, answer.length() - end.length())) >= 0) {
                return;
            }
        }
    }

    @Test
    void shouldKeepTheConnectionOfARequestThatCouldNotBeAnswered() throws Exception {
        try (Registry registry = start("nobody-decides", "--ains.registry.answer-timeout=1s");
                Socket socket = connect(registry)) {

            post(socket.getOutputStream(), TASK.length(), TASK);

            assertThat(answerOn(socket))
                    .startsWith("HTTP/1.1 503")
                    .containsIgnoringCase("retry-after: ")
                    .doesNotContainIgnoringCase("connection: close");
            write(socket.getOutputStream(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(answerOn(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void shouldTellInTheFormOfAllErrorsWhatIsNotHttp() throws Exception {
        try (Registry registry = start("not-http");
                Socket socket = connect(registry)) {

            write(socket.getOutputStream(), "GET /aitp/tasks/%zz HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(answerOn(socket))
                    .startsWith("HTTP/1.1 400")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("connection: close")
                    .contains("\"detail\":\"expected ");
        }
    }

    @Test
    void shouldNotBeReadyWhileItsTablesAreTooFarBehind() throws Exception {
        TestDatabase database = TestDatabase.in(folder.resolve("far-behind"));
        try (Registry registry = new Registry(
                                TestBroker.bootstrapServers(), prefix, database, "--ains.registry.max-lag=10")
                        .awaitReady();
                TopicWriter writer = new TopicWriter()) {
            try (Connection held = database.hold()) {
                for (int i = 0; i < 20; i++) {
                    assign(writer, "late-" + i, "nobody");
                }

                Awaitility.await()
                        .atMost(LONG)
                        .until(() -> registry.get("/readyz").status() == 503);
                assertThat(registry.get("/readyz").text()).contains("lag_records");
                assertThat(registry.get("/livez").status()).isEqualTo(200);
                held.rollback();
            }

            Awaitility.await().atMost(LONG).until(() -> registry.get("/readyz").status() == 200);
        }
    }

    @Test
    void shouldFinishWhatWasBegunWhenItStops() throws Exception {
        Registry registry = start("stopping");
        try (var plane = controlPlane()) {
            register(registry, "busy");
            register(registry, "idle");
            registry.post(
                    "/ains/agents/idle/heartbeat", "{\"timestamp\": 1, \"status\": \"OFFLINE\", \"uptime_ms\": 5}");
            Awaitility.await()
                    .until(() -> registry.get("/ains/agents/idle").at("/status").equals("INACTIVE"));
            plane.hold(true);
            var poll = registry.request("GET", "/ains/agents/idle/tasks/next?wait=30", null);
            var submission = registry.request("POST", "/aitp/tasks", TASK);
            Awaitility.await()
                    .until(() -> registry.get("/metrics")
                            .text()
                            .contains("ains_registry_requests_waiting{plane=\"tasks\"} 1.0"));

            Thread stopping = new Thread(registry::close, "stopping");
            stopping.start();
            assertThat(poll).as("a poll ends at once").succeedsWithin(LONG);
            plane.hold(false);

            assertThat(submission).succeedsWithin(LONG);
            assertThat(submission.join().status()).as(submission.join().text()).isEqualTo(200);
            assertThat(submission.join().at("/status")).isIn("PENDING", "ASSIGNED");
            assertThat(poll.join().status()).isEqualTo(200);
            assertThat(poll.join().body().at("/tasks").size()).isZero();
            stopping.join(LONG.toMillis());
            assertThat(stopping.isAlive()).isFalse();
        }
    }
}
