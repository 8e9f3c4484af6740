package io.ains.standalone;

import io.ains.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** A client of the HTTP API. */
final class Api {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Api(URI base) {
        this.base = base.toString();
    }

    record Answer(int status, JsonNode body) {}

    Answer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET()).join();
    }

    CompletableFuture<Answer> post(String path, Object body) {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body))));
    }

    CompletableFuture<Answer> submit(String taskId, String clientId, String capability, int priority) {
        return post(
                "/aitp/tasks",
                Map.of(
                        "task_id", taskId,
                        "client_id", clientId,
                        "task_type", "test",
                        "capability_required", capability,
                        "priority", priority,
                        "input_data", Map.of("n", 1)));
    }

    private CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return client.sendAsync(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), Json.MAPPER.readTree(response.body())));
    }
}
