package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.ains.agent.Agent;
import io.ains.protocol.Topics;
import io.ains.protocol.TraceParent;
import io.ains.testkit.TopicReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENTS = "00-" + TRACE_ID + "-00f067aa0ba902b7-01";
    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    private final Topics topics = Topics.withDefaultPrefix();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> seenByHandler = new ConcurrentLinkedQueue<>();
    private final Queue<String> exported = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeEach
    void collect() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            exported.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        System.clearProperty(ENDPOINT);
        collector.stop(0);
    }

    @Test
    void shouldCarryTheClientsTraceFromTheSubmitToTheResult() throws Exception {
        List<String> carried = runATask();

        assertThat(carried).isNotEmpty().containsOnly(CLIENTS);
        assertThat(seenByHandler).containsOnly(CLIENTS);
        assertThat(exported).as("nothing is exported unless it is asked for").isEmpty();
    }

    @Test
    void shouldExportSpansWhereAnEndpointIsConfigured() throws Exception {
        System.setProperty(
                ENDPOINT, "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");

        List<String> carried = runATask();

        // The registry's span stands between the client's and those of the task.
        assertThat(carried)
                .isNotEmpty()
                .allMatch(value -> value.startsWith("00-" + TRACE_ID) && !value.equals(CLIENTS));
        String traceId = new String(HexFormat.of().parseHex(TRACE_ID), StandardCharsets.ISO_8859_1);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(String.join("", exported))
                        .contains(
                                traceId,
                                "wait traced",
                                "attempt traced",
                                "http post /aitp/tasks",
                                "registry-service",
                                "task-dispatcher"));
    }

    /** What the records of a task bear, on each topic on its way. */
    private List<String> runATask() throws Exception {
        try (Standalone ains = Standalone.start(StandaloneSettings.in(folder));
                Agent agent = Agent.builder("tracer")
                        .bootstrapServers(ains.bootstrapServers())
                        .capability("traced", task -> {
                            seenByHandler.add(String.valueOf(task.traceparent()));
                            return Map.of();
                        })
                        .build();
                TopicReader<byte[]> events = read(ains, topics.taskEvents());
                TopicReader<byte[]> results = read(ains, topics.taskResults())) {
            agent.start();
            await().atMost(LONG).until(() -> submit(ains) == 200);
            await().atMost(LONG).until(() -> ofTask(results).size() >= 2);
            await().atMost(LONG)
                    .until(() -> ofTask(events).stream()
                            .anyMatch(record -> value(record).contains("TaskCompleted")));
            try (TopicReader<byte[]> assignments = read(ains, topics.capability("traced"))) {
                await().atMost(LONG).until(() -> !ofTask(assignments).isEmpty());
                // An early submission was refused, and is not the task's.
                return List.of(ofTask(events), ofTask(assignments), ofTask(results)).stream()
                        .flatMap(List::stream)
                        .filter(record -> !value(record).contains("TaskCommandRejected"))
                        .map(record -> String.valueOf(TraceParent.of(record.headers())))
                        .distinct()
                        .toList();
            }
        }
    }

    private static TopicReader<byte[]> read(Standalone ains, String topic) {
        return TopicReader.of(ains.bootstrapServers(), topic, Function.identity());
    }

    private static String value(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static List<ConsumerRecord<String, byte[]>> ofTask(TopicReader<byte[]> reader) {
        return reader.records().stream()
                .filter(record -> record.value() != null && value(record).contains("\"traced-task\""))
                .toList();
    }

    private int submit(Standalone ains) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(ains.httpApi().resolve("/aitp/tasks"))
                .header("content-type", "application/json")
                .header(TraceParent.HEADER, CLIENTS)
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"client_id": "c", "task_type": "t", "capability_required": "traced", "task_id": "traced-task",
                         "input_data": {}}"""))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
