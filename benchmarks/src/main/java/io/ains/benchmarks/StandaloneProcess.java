package io.ains.benchmarks;

import io.ains.broker.Ports;
import io.ains.protocol.Json;
import io.ains.standalone.Main;
import io.ains.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ains up} in a process of its own, with the options that the script gives it. Used by one thread. */
final class StandaloneProcess implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ServiceProcess process;
    private final int kafkaPort = Ports.free(HOST);
    private final int httpPort = Ports.free(HOST);

    StandaloneProcess(Path folder) throws IOException {
        process = new ServiceProcess(
                Main.class,
                folder.resolve("standalone.log"),
                List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"),
                "up",
                "--data=" + folder.resolve("data"),
                "--kafka-port=" + kafkaPort,
                "--port=" + httpPort,
                "--heartbeat-port=" + Ports.free(HOST),
                "--dispatcher-port=" + Ports.free(HOST));
        process.start();
    }

    String bootstrapServers() {
        return HOST + ":" + kafkaPort;
    }

    void awaitReady() throws IOException, InterruptedException {
        while (get("/readyz").statusCode() != 200) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the process has ended; it wrote:\n" + process.output());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private record Answer(int statusCode, String body) {}

    private Answer get(String path) throws InterruptedException {
        return send(request(path).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .timeout(Duration.ofSeconds(10));
    }

    private Answer send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, "");
        }
    }

    /** Submits a task by HTTP until it is taken. */
    void submit(String taskId, String capability) throws InterruptedException {
        ObjectNode task = Json.MAPPER
                .createObjectNode()
                .put("task_id", taskId)
                .put("client_id", "benchmark")
                .put("task_type", "benchmark")
                .put("capability_required", capability);
        task.putObject("input_data").put("n", 1);
        while (send(request("/aitp/tasks")
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(task.toString())))
                        .statusCode()
                != 200) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    void awaitCompleted(String taskId) throws InterruptedException {
        String status = "";
        while (!status.equals("COMPLETED")) {
            Answer answer = get("/aitp/tasks/" + taskId);
            if (answer.statusCode() == 200) {
                JsonNode task = Json.MAPPER.readTree(answer.body());
                status = task.path("status").asString();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    double cpuSeconds() {
        return process.cpuSeconds();
    }

    /** Its resident memory, in megabytes; NaN where the system does not tell. */
    double residentMegabytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }

    @Override
    public void close() throws InterruptedException {
        process.terminate();
        process.close();
    }
}
