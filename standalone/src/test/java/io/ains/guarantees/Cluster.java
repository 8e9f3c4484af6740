package io.ains.guarantees;

import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.testkit.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/** A broker, and services in processes of their own with the settings of an installation that has several of each. */
final class Cluster implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    private final Path folder;
    private final EmbeddedBroker broker;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final Map<ServiceProcess, URI> readiness = new HashMap<>();

    Cluster(Path folder) {
        this.folder = folder;
        this.broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start();
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Starts an instance of a service; {@code name} tells it from its brothers. */
    ServiceProcess start(Class<?> main, String name, String... settings) {
        int port = freePort();
        List<String> all = new ArrayList<>(List.of(
                "--server.port=" + port,
                // On this class path the registry's database is there for all of them.
                "--spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName() + ","
                        + FlywayAutoConfiguration.class.getName(),
                "--ains.bootstrap-servers=" + bootstrapServers(),
                "--ains.replication-factor=1",
                "--ains.streams.session-timeout=2s",
                "--ains.streams.state-dir=" + folder.resolve(name)));
        for (String setting : settings) {
            all.add("--" + setting);
        }
        ServiceProcess process =
                new ServiceProcess(main, folder.resolve(name + ".log"), JVM, all.toArray(String[]::new)).start();
        processes.add(process);
        readiness.put(process, URI.create("http://127.0.0.1:" + port + "/readyz"));
        return process;
    }

    void awaitReady(ServiceProcess process) throws IOException {
        try {
            await().atMost(START_TIMEOUT)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast("the process has ended", () -> !process.isAlive())
                    .until(() -> isReady(process));
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError("not ready; it wrote:\n" + process.output(), e);
        }
    }

    boolean isReady(ServiceProcess process) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(readiness.get(process))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes a client of the cluster's before the cluster. */
    void closeFirst(AutoCloseable client) {
        clients.add(client);
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        processes.forEach(ServiceProcess::close);
        broker.close();
    }
}
