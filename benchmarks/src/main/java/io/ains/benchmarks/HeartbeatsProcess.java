package io.ains.benchmarks;

import io.ains.heartbeat.HeartbeatProcessorApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A heartbeat-processor in a process of its own, with a heap of its own. Used by one thread. */
final class HeartbeatsProcess implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 100;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    HeartbeatsProcess(String bootstrapServers, String prefix, int partitions, String heap, int port, Path folder)
            throws IOException {
        this.port = port;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED"));
        String more = System.getProperty("heartbeats.jvm", "");
        if (!more.isBlank()) {
            command.addAll(List.of(more.split(" ")));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                HeartbeatProcessorApplication.class.getName(),
                // The registry's driver is on the class path here, and nobody names a database.
                "--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "--server.port=" + port,
                "--ains.bootstrap-servers=" + bootstrapServers,
                "--ains.topic-prefix=" + prefix,
                "--ains.partitions=" + partitions,
                "--ains.streams.state-dir=" + folder.resolve("state")));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("processor.log").toFile()))
                .start();
    }

    long pid() {
        return process.pid();
    }

    /** Waits until it says that it is ready. */
    void awaitReady() throws InterruptedException {
        while (!get("/readyz").startsWith("200")) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the processor ended with " + process.exitValue());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    private String get(String path) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + "\n" + response.body();
        } catch (IOException e) {
            return "";
        }
    }

    /** The sum, or the largest, of a metric's values over its tags; NaN if there is none. */
    double metric(String name, boolean largest) throws InterruptedException {
        double result = Double.NaN;
        for (String line : get("/metrics").split("\n")) {
            if (line.startsWith(name)) {
                double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                if (Double.isNaN(result)) {
                    result = value;
                } else {
                    result = largest ? Math.max(result, value) : result + value;
                }
            }
        }
        return result;
    }

    /** Processor time that it has used, in seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1_000.0;
    }

    /** Its heap after a full collection, in bytes. */
    double liveHeap() throws IOException, InterruptedException {
        new ProcessBuilder("jcmd", Long.toString(pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return metric("jvm_memory_used_bytes{area=\"heap\"", false);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            System.err.printf(Locale.ROOT, "%d did not end by itself%n", pid());
            kill();
        }
    }
}
