package io.ains.benchmarks;

import io.ains.broker.Ports;
import io.ains.registry.RegistryApplication;
import io.ains.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/** A service in a process of its own, of which can be asked what it costs. Used by one thread. */
final class MeasuredService implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 50;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ServiceProcess process;
    private final int port = Ports.free("127.0.0.1");

    /** Starts it; {@code name} is that of its files in the folder. */
    MeasuredService(Class<?> main, Path folder, String name, String heap, String bootstrapServers, String... settings)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--ains.bootstrap-servers=" + bootstrapServers,
                "--ains.streams.state-dir=" + folder.resolve(name)));
        if (main != RegistryApplication.class) {
            // The registry's driver is on the class path here, and nobody names a database.
            arguments.add("--spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName() + ","
                    + FlywayAutoConfiguration.class.getName());
        }
        for (String setting : settings) {
            arguments.add("--" + setting);
        }
        process = new ServiceProcess(
                main,
                folder.resolve(name + ".log"),
                List.of("-Xmx" + heap, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                arguments.toArray(String[]::new));
        process.start();
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Waits until it says that it is ready. */
    void awaitReady() throws IOException, InterruptedException {
        while (!get("/readyz").startsWith("200")) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the service has ended; it wrote:\n" + process.output());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    private String get(String path) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(address() + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + "\n" + response.body();
        } catch (IOException e) {
            return "";
        }
    }

    /** The sum of a metric over its tags; 0 if there is none yet. */
    double metric(String name) throws InterruptedException {
        return values(name).sum();
    }

    /** The largest of a metric over its tags; 0 if there is none yet. */
    double largest(String name) throws InterruptedException {
        return values(name).max().orElse(0);
    }

    private DoubleStream values(String name) throws InterruptedException {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    /** Waits until a metric has come to a value. */
    void awaitMetric(String name, double value) throws InterruptedException {
        while (metric(name) < value) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    /** Processor time that it has used, in seconds. */
    double cpuSeconds() {
        return process.cpuSeconds();
    }

    /** Its heap after a full collection, in bytes. */
    double liveHeap() throws IOException, InterruptedException {
        new ProcessBuilder("jcmd", Long.toString(process.pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return metric("jvm_memory_used_bytes{area=\"heap\"");
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    void restart() {
        process.start();
    }

    /** As an operator would; its state is closed properly. */
    void terminate() throws InterruptedException {
        process.terminate();
    }

    @Override
    public void close() {
        process.close();
    }
}
