package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CommandTest {
    private static final Duration QUICKLY = Duration.ofSeconds(20);
    private static final int SIGTERM = 128 + 15;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final StringWriter err = new StringWriter();

    /** In this process: for what fails before anything is started. */
    private int execute(String... arguments) {
        return Main.commandLine(new StopSignal())
                .setErr(new PrintWriter(err, true))
                .setOut(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private void assertOneSentence(String... parts) {
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(parts);
    }

    @ParameterizedTest
    @CsvSource({"up, --kafka-port", "up, --port", "up, --heartbeat-port", "up, --dispatcher-port", "demo, --port"})
    void shouldSayInOneSentenceWhichPortIsTaken(String command, String option) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> arguments = Stream.of("--kafka-port", "--port", "--heartbeat-port", "--dispatcher-port")
                    .map(each -> each + "=" + (each.equals(option) ? taken.getLocalPort() : 0))
                    .toList();

            int status = execute(
                    Stream.concat(Stream.of(command), arguments.stream()).toArray(String[]::new));

            assertThat(status).isEqualTo(2);
            assertOneSentence("127.0.0.1:" + taken.getLocalPort(), option);
        }
    }

    private int upOnFreePorts() {
        return execute(
                "up", "--data=" + folder, "--kafka-port=0", "--port=0", "--heartbeat-port=0", "--dispatcher-port=0");
    }

    @Test
    void shouldSayInOneSentenceThatAnotherProcessHasTheData() {
        try (EmbeddedBroker other = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start()) {
            assertThat(other.isRunning()).isTrue();

            assertThat(upOnFreePorts()).isEqualTo(2);
            assertOneSentence("in use by another", folder.toString());
        }
    }

    @Test
    void shouldSayInOneSentenceThatTheDataIsOfAnotherVersion() throws Exception {
        Path marker = Files.createDirectories(folder.resolve("broker")).resolve("ains-broker.properties");
        Files.writeString(
                marker, "format.version=1\nkafka.version=3.9.1\ncluster.id=4L6g3nShT-eMCtK--X86sw\nnode.id=1\n");

        assertThat(upOnFreePorts()).isEqualTo(2);
        assertOneSentence("3.9.1", folder.toString());
    }

    @ParameterizedTest
    @CsvSource({"demo, --rate=0", "demo, --rate=1001", "demo, --duration=0", "up, --port=http", "down, --now"})
    void shouldRefuseWhatItDoesNotUnderstand(String command, String option) {
        assertThat(execute(command, option)).isEqualTo(2);
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @Test
    void shouldKeepTheDataOverARestartAndStopOnSigterm() throws Exception {
        Path data = folder.resolve("data");
        try (AinsProcess ains = new AinsProcess(folder, "up", "--data=" + data)) {
            Api api = new Api(URI.create(ains.awaitPrinted("HTTP API +(\\S+)")));
            registerOverHttp(api);
            assertThat(api.submit("kept", "client", "remember", 5).join().status())
                    .isEqualTo(200);

            ains.terminate();

            assertThat(ains.awaitExit(QUICKLY)).isEqualTo(SIGTERM);
            assertThat(ains.err()).isEmpty();
        }
        try (AinsProcess ains = new AinsProcess(folder, "up", "--data=" + data)) {
            Api api = new Api(URI.create(ains.awaitPrinted("HTTP API +(\\S+)")));

            // The projection's answer, and the dispatcher's: it knows the capability and the task.
            assertThat(api.get("/aitp/tasks/kept").body().path("client_id").asString())
                    .isEqualTo("client");
            assertThat(api.submit("kept", "client", "remember", 5).join().status())
                    .isEqualTo(200);
            assertThat(api.get("/aitp/tasks?client_id=client")
                            .body()
                            .path("total")
                            .asInt())
                    .isEqualTo(1);

            ains.terminate();
            assertThat(ains.awaitExit(QUICKLY)).isEqualTo(SIGTERM);
        }
    }

    private static void registerOverHttp(Api api) {
        Map<String, Object> agent = Map.of(
                "agent_id", "rememberer",
                "public_key", "aa",
                "display_name", "Rememberer",
                "endpoint", "http://localhost",
                "signature", "bb",
                "capabilities", List.of(Map.of("name", "remember")));
        assertThat(api.post("/ains/agents", agent).join().status()).isEqualTo(200);
        await().atMost(QUICKLY)
                .until(() ->
                        api.submit("first", "somebody", "remember", 5).join().status() == 200);
    }

    @Test
    void shouldDemonstrateItselfAndLeaveNothingBehind() throws Exception {
        try (AinsProcess ains = new AinsProcess(folder, "demo", "--duration=4", "--json")) {
            assertThat(ains.awaitExit(Duration.ofSeconds(90))).as(ains.err()).isEqualTo(0);

            assertThat(ains.out().lines()).hasSize(1);
            JsonNode line = Json.MAPPER.readTree(ains.out());
            assertThat(line.path("submitted").asLong()).isBetween(60L, 120L);
            assertThat(line.path("completed").asLong() + line.path("failed").asLong())
                    .isEqualTo(line.path("submitted").asLong());
            assertThat(line.path("completed").asLong())
                    .isGreaterThan(line.path("submitted").asLong() * 8 / 10);
            assertThat(line.path("lost").asLong(-1)).isZero();
            assertThat(line.path("p50_ms").asLong()).isPositive();
            assertThat(line.path("p99_ms").asLong())
                    .isGreaterThanOrEqualTo(line.path("p50_ms").asLong());
            assertThat(line.path("tasks_per_s").asDouble()).isPositive();
            assertThat(line.path("startup_ms").asLong()).isPositive();
            assertThat(line.path("first_completed_ms").asLong())
                    .isGreaterThan(line.path("startup_ms").asLong());
            assertThat(ains.err()).isEmpty();
        }
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.startsWith("ains"));
        }
    }

    @Test
    void shouldEndADemoThatIsStopped() throws Exception {
        try (AinsProcess ains = new AinsProcess(folder, "demo")) {
            ains.awaitPrinted("done ([1-9]\\d*)");

            ains.terminate();

            assertThat(ains.awaitExit(QUICKLY)).isEqualTo(SIGTERM);
            assertThat(ains.out()).containsPattern("\\d+ tasks submitted: \\d+ completed, \\d+ failed, 0 lost");
            assertThat(ains.err()).isEmpty();
        }
    }
}
