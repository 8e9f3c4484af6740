package io.ains.registry;

import io.ains.protocol.Json;
import io.ains.protocol.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** The service, started as its main starts it, with a client. */
final class Registry implements AutoCloseable {
    static final int PARTITIONS = 2;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** Longer than any answer takes, so that what the registry says of a timeout is seen. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;
    private final String base;

    /** Starts the service and returns at once, whether it is ready or not. */
    Registry(String bootstrapServers, String prefix, TestDatabase database, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--ains.bootstrap-servers=" + bootstrapServers,
                "--ains.topic-prefix=" + prefix,
                "--ains.partitions=" + PARTITIONS));
        arguments.addAll(database.arguments());
        arguments.addAll(List.of(more));
        context = RegistryApplication.builder().run(arguments.toArray(String[]::new));
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    Registry awaitReady() {
        Awaitility.await().atMost(START_TIMEOUT).until(() -> get("/readyz").status() == 200);
        return this;
    }

    static Topics topics(String prefix) {
        return new Topics(prefix);
    }

    /** What came back; a body that is not JSON is a text node. */
    record Response(int status, java.net.http.HttpHeaders headers, String text) {
        JsonNode body() {
            return Json.MAPPER.readTree(text);
        }

        String at(String pointer) {
            return body().at(pointer).asString();
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    Response get(String path) {
        return send("GET", path, null);
    }

    Response post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    Response put(String path, String json) {
        return send("PUT", path, json);
    }

    Response delete(String path) {
        return send("DELETE", path, null);
    }

    Response send(String method, String path, @org.jspecify.annotations.Nullable String json, String... headers) {
        return request(method, path, json, headers).join();
    }

    CompletableFuture<Response> request(
            String method, String path, @org.jspecify.annotations.Nullable String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(REQUEST_TIMEOUT)
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Response(response.statusCode(), response.headers(), response.body()));
    }

    /** Sends a body of unannounced length. */
    Response postChunked(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(json.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new Response(response.statusCode(), response.headers(), response.body());
    }

    @SuppressWarnings("unchecked")
    <T> T bean(String name) {
        return (T) context.getBean(name);
    }

    String base() {
        return base;
    }

    @Override
    public void close() {
        context.close();
    }
}
