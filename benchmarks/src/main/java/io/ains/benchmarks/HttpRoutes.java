package io.ains.benchmarks;

import io.ains.protocol.Json;
import io.ains.registry.RegistryApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What agents and clients without Kafka do most, beside a Spring endpoint that only answers, in turns. */
final class HttpRoutes implements Benchmark {
    private static final int CONNECTIONS = 16;

    private final Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int seconds = quick ? 1 : 8;
        try (Installation installation = new Installation()) {
            installation.heartbeatProcessor("fleet");
            installation.dispatcher("dispatcher");
            MeasuredService registry = installation.start(
                    RegistryApplication.class,
                    "registry",
                    "512m",
                    "ains.registry.database-url=jdbc:sqlite:"
                            + installation.folder().resolve("registry.db"));
            MeasuredService plain = installation.start(PlainEndpoint.class, "plain", "256m");
            String agent = Json.MAPPER
                    .readTree("{\"agent_id\":\"a\",\"display_name\":\"a\",\"public_key\":\"ab\",\"endpoint\":\"e\","
                            + "\"signature\":\"ff\",\"capabilities\":[{\"name\":\"work\"}]}")
                    .toString();
            send(post(registry, "/ains/agents", agent));
            String heartbeat = "{\"timestamp\":1,\"status\":\"DEGRADED\",\"uptime_ms\":5,\"metrics\":{\"cpu\":0.5}}";
            String task = "{\"client_id\":\"c\",\"task_type\":\"t\",\"capability_required\":\"work\","
                    + "\"input_data\":{\"text\":\"" + "x".repeat(100) + "\"}}";
            HttpRequest beat = post(registry, "/ains/agents/a/heartbeat", heartbeat);
            HttpRequest submit = post(registry, "/aitp/tasks", task);
            while (send(submit).statusCode() != 200 || send(beat).statusCode() != 200) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            HttpRequest poll = get(registry, "/aitp/tasks?assigned_agent_id=a&status=ASSIGNED");
            for (int round = 0; round < (quick ? 1 : 4); round++) {
                // The first round compiles, and is not counted.
                boolean counts = quick || round > 0;
                measure("plain GET (the floor)", get(plain, "/plain"), seconds, counts);
                measure("plain POST (the floor)", post(plain, "/plain", heartbeat), seconds, counts);
                measure("heartbeat", beat, seconds, counts);
                measure("poll", poll, seconds, counts);
                measure("submit", submit, seconds, counts);
            }
            rounds.forEach((name, all) -> report.row(name, Report.medians(all)));
        }
    }

    private static HttpRequest get(MeasuredService service, String path) {
        return request(service, path).GET().build();
    }

    private static HttpRequest post(MeasuredService service, String path, String body) {
        return request(service, path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest.Builder request(MeasuredService service, String path) {
        return HttpRequest.newBuilder(URI.create(service.address() + path)).timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void measure(String name, HttpRequest request, int seconds, boolean counts) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            List<Future<LongStream>> times = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                times.add(clients.submit((Callable<LongStream>) () -> until(end, request)));
            }
            LongStream all = LongStream.empty();
            for (Future<LongStream> each : times) {
                all = LongStream.concat(all, each.get());
            }
            long[] nanos = all.toArray();
            if (counts) {
                Map<String, Double> figures = Report.figures("requests_per_s", (double) nanos.length / seconds);
                figures.putAll(Report.percentiles(nanos));
                rounds.computeIfAbsent(name, any -> new ArrayList<>()).add(figures);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** One after the other on a connection of its own. */
    private static LongStream until(long end, HttpRequest request) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        LongStream.Builder times = LongStream.builder();
        for (long began = System.nanoTime(); began < end; began = System.nanoTime()) {
            HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(request.uri() + " was answered with " + answer.statusCode());
            }
            times.add(System.nanoTime() - began);
        }
        return times.build();
    }
}
