package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Sends nonsense to every route that the service has, from a seed: {@code -Dains.fuzz.seed=…} repeats a run,
 * {@code -Dains.fuzz.requests=…} makes it longer. Whatever comes, the answer is the caller's fault and says so, or it is
 * 503; the service itself never fails.
 */
class FuzzTest {
    private static final List<String> TYPES = List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/json;charset=foo",
            "application/json; charset=utf-16",
            "application/yaml",
            "json",
            "*/*");

    private static final int REQUESTS = Integer.getInteger("ains.fuzz.requests", 20_000);
    private static final int THREADS = 8;

    private static final List<String> WORDS = List.of(
            "",
            "a",
            "known",
            "a b",
            "ä€😀",
            "../..",
            "%00",
            "null",
            "true",
            "-1",
            "0",
            "1",
            "2",
            "5",
            "100",
            "101",
            "1.5",
            "1e999",
            "-1e-999",
            "NaN",
            "Infinity",
            "99999999999999999999",
            "-9223372036854775809",
            "2147483648",
            "ACTIVE",
            "PENDING",
            "OFFLINE",
            "least_loaded",
            "sticky",
            "price",
            "2030-01-01T00:00:00Z",
            "9".repeat(400),
            "x".repeat(129),
            "x".repeat(3_000),
            "'; DROP TABLE task; --",
            "a,b,,c",
            ",",
            "\u0000",
            "t0.5",
            "t9999.1",
            "respond-async");

    private static final List<String> FIELDS = List.of(
            "agent_id",
            "public_key",
            "display_name",
            "endpoint",
            "signature",
            "tags",
            "capabilities",
            "name",
            "price",
            "timestamp",
            "status",
            "uptime_ms",
            "metrics",
            "trust_delta",
            "reason",
            "client_id",
            "task_type",
            "capability_required",
            "input_data",
            "task_id",
            "priority",
            "timeout_seconds",
            "max_retries",
            "retry_policy",
            "expires_at",
            "not_before",
            "routing_strategy",
            "sticky_key",
            "min_trust",
            "metadata",
            "result_data",
            "error_message",
            "retryable",
            "attempt",
            "tasks",
            "heartbeat_interval_ms",
            "max_concurrency",
            "input_schema",
            "latency_p99_ms");

    private static final List<String> PARAMETERS = List.of(
            "status",
            "capability",
            "limit",
            "offset",
            "tags",
            "min_trust",
            "sort_by",
            "min_tasks",
            "wait",
            "client_id",
            "task_type",
            "assigned_agent_id",
            "agent_id",
            "reason",
            "new_priority",
            "timeout_seconds",
            "task_ids",
            "name");

    private static final List<String> VALID = List.of(
            "{\"agent_id\": \"known\", \"public_key\": \"ab\", \"display_name\": \"x\", \"endpoint\": \"e\","
                    + " \"signature\": \"ff\", \"capabilities\": [{\"name\": \"cap\", \"max_concurrency\": 3}]}",
            "{\"name\": \"cap\", \"price\": 1.5, \"input_schema\": {\"type\": \"object\"}}",
            "{\"timestamp\": 1, \"status\": \"ACTIVE\", \"uptime_ms\": 5, \"metrics\": {\"cpu\": 1}}",
            "{\"trust_delta\": 0.1, \"reason\": \"r\"}",
            "{\"client_id\": \"c\", \"task_type\": \"t\", \"capability_required\": \"cap\", \"input_data\": {\"a\": 1},"
                    + " \"priority\": 5, \"min_trust\": 0.1}",
            "{\"status\": \"COMPLETED\", \"result_data\": {\"a\": [1]}, \"attempt\": 1}",
            "{\"capability_required\": \"cap\", \"routing_strategy\": \"fastest\"}",
            "{\"client_id\": \"c\", \"tasks\": [{\"task_type\": \"t\", \"capability_required\": \"cap\", \"input_data\":"
                    + " {}}, 5, null]}");

    private record Route(String method, String pattern) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @Test
    void shouldNeverFailWhateverIsAsked(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("ains.fuzz.seed", new Random().nextLong());
        String prefix = TestBroker.uniquePrefix();
        try (Registry registry = new Registry(
                                TestBroker.bootstrapServers(),
                                prefix,
                                TestDatabase.in(folder),
                                "--ains.registry.answer-timeout=2s")
                        .awaitReady();
                var plane = new ControlPlaneDouble(
                        TestBroker.bootstrapServers(), new Topics(prefix), Registry.PARTITIONS)) {
            List<Route> routes = routes(registry);
            assertThat(routes).hasSizeGreaterThan(35);
            Map<Integer, AtomicInteger> statuses = new TreeMap<>();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Callable<Void>> work = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    Random random = new Random(seed + thread);
                    work.add(() -> {
                        for (int i = 0; i < REQUESTS / THREADS; i++) {
                            ask(registry, routes.get(random.nextInt(routes.size())), random, seed, statuses);
                        }
                        return null;
                    });
                }
                for (Future<Void> each : threads.invokeAll(work)) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
            System.out.println("fuzz with seed " + seed + ": " + statuses);
            assertThat(statuses.keySet()).contains(200, 400, 404, 422);
            assertThat(registry.get("/readyz").status()).isEqualTo(200);
        }
    }

    private static List<Route> routes(Registry registry) {
        RequestMappingHandlerMapping mapping = registry.bean("requestMappingHandlerMapping");
        List<Route> routes = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            if (handler.getBeanType().getName().startsWith("io.ains.registry")) {
                for (String pattern : patterns(info)) {
                    for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                        routes.add(new Route(method.name(), pattern));
                    }
                }
            }
        });
        routes.sort((a, b) -> (a.pattern + a.method).compareTo(b.pattern + b.method));
        return routes;
    }

    private static Collection<String> patterns(RequestMappingInfo info) {
        return info.getPatternValues();
    }

    private void ask(Registry registry, Route route, Random random, long seed, Map<Integer, AtomicInteger> statuses)
            throws InterruptedException {
        String path = path(route, random);
        byte[] body = route.method.equals("GET") || random.nextInt(20) == 0 ? new byte[0] : body(random);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(registry.base() + path))
                .timeout(Duration.ofSeconds(30))
                .method(route.method, BodyPublishers.ofByteArray(body));
        if (random.nextInt(20) != 0) {
            request.header("Content-Type", random.nextInt(10) == 0 ? pick(TYPES, random) : "application/json");
        }
        if (random.nextInt(10) == 0) {
            request.header(pick(List.of("Prefer", "Idempotency-Key", "AINS-Min-Version"), random), headerWord(random));
        }
        String described = "seed " + seed + ": " + route.method + " " + path + " "
                + new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8);
        HttpResponse<String> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer to " + described, e);
        }
        synchronized (statuses) {
            statuses.computeIfAbsent(response.statusCode(), any -> new AtomicInteger())
                    .incrementAndGet();
        }
        assertThat(response.statusCode()).as(described + response.body()).isNotEqualTo(500);
        // What is no URI at all is refused by Jetty, before the service sees it.
        boolean uri = !path.contains("%00") && !path.contains("%2F") && path.length() < 4_000;
        if (response.statusCode() >= 400 && uri) {
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .as(described + response.body())
                    .isEqualTo("application/problem+json");
            JsonNode problem = io.ains.protocol.Json.MAPPER.readTree(response.body());
            assertThat(problem.path("detail").asString()).as(described).isNotEmpty();
        }
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static String headerWord(Random random) {
        return pick(WORDS, random).replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static String path(Route route, Random random) {
        StringBuilder path = new StringBuilder();
        for (String part : route.pattern.substring(1).split("/")) {
            String text = part.startsWith("{") ? pick(random.nextBoolean() ? List.of("known") : WORDS, random) : part;
            path.append('/').append(part.startsWith("{") ? encode(text.isEmpty() ? "-" : text) : text);
        }
        int parameters = random.nextInt(5);
        for (int i = 0; i < parameters; i++) {
            String name = pick(PARAMETERS, random);
            // A poll that waits is another test's.
            String value = name.equals("wait") && random.nextBoolean() ? "0" : pick(WORDS, random);
            if (name.equals("wait") && value.matches("[1-9]\\d?")) {
                value = "0";
            }
            path.append(i == 0 ? '?' : '&').append(name).append('=').append(encode(value));
        }
        return path.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static byte[] body(Random random) {
        switch (random.nextInt(8)) {
            case 0:
                return pick(VALID, random).getBytes(StandardCharsets.UTF_8);
            case 1:
                return cut(pick(VALID, random).getBytes(StandardCharsets.UTF_8), random);
            case 2:
                return spoiled(pick(VALID, random).getBytes(StandardCharsets.UTF_8), random);
            case 3:
                byte[] garbage = new byte[random.nextInt(200)];
                random.nextBytes(garbage);
                return garbage;
            case 4:
                return ("{\"" + pick(FIELDS, random) + "\": " + "[".repeat(random.nextInt(2_000)))
                        .getBytes(StandardCharsets.UTF_8);
            default:
                return object(random, 0).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static byte[] cut(byte[] bytes, Random random) {
        ByteArrayOutputStream cut = new ByteArrayOutputStream();
        cut.write(bytes, 0, random.nextInt(bytes.length));
        return cut.toByteArray();
    }

    private static byte[] spoiled(byte[] bytes, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static String object(Random random, int depth) {
        StringBuilder object = new StringBuilder("{");
        int fields = random.nextInt(12);
        for (int i = 0; i < fields; i++) {
            object.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(pick(FIELDS, random))
                    .append("\": ")
                    .append(value(random, depth + 1));
        }
        return object.append('}').toString();
    }

    private static String value(Random random, int depth) {
        switch (random.nextInt(depth > 3 ? 5 : 8)) {
            case 0:
                return pick(List.of("null", "true", "false", "0", "-1", "1", "5", "11"), random);
            case 1:
                return pick(
                        List.of("1.5", "1e999", "-1e-400", "123456789012345678901234567890", "9".repeat(1_100)),
                        random);
            case 2:
                return "NaN";
            case 3:
            case 4:
                return quoted(pick(WORDS, random));
            case 5:
                return object(random, depth);
            default:
                StringBuilder list = new StringBuilder("[");
                int items = random.nextInt(4);
                for (int i = 0; i < items; i++) {
                    list.append(i == 0 ? "" : ", ").append(value(random, depth + 1));
                }
                return list.append(']').toString();
        }
    }

    private static String quoted(String text) {
        return io.ains.protocol.Json.MAPPER.writeValueAsString(text);
    }
}
