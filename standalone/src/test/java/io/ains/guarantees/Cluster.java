package io.ains.guarantees;

import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.broker.Ports;
import io.ains.testkit.BrokerCluster;
import io.ains.testkit.ServiceProcess;
import java.io.IOException;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/** Brokers, and services in processes of their own with the settings of an installation that has several of each. */
final class Cluster implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    private final Path folder;
    private final String bootstrapServers;
    private final AutoCloseable brokers;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final Map<ServiceProcess, URI> readiness = new HashMap<>();

    private Cluster(Path folder, String bootstrapServers, AutoCloseable brokers) {
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        this.brokers = brokers;
    }

    /** With one broker, in this JVM. */
    static Cluster withOneBroker(Path folder) {
        EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start();
        return new Cluster(folder, broker.bootstrapServers(), broker);
    }

    /** With brokers in processes of their own, and a copy of everything on each. */
    static Cluster with(BrokerCluster brokers, Path folder) {
        Cluster cluster = new Cluster(folder, brokers.bootstrapServers(), brokers);
        await().atMost(START_TIMEOUT)
                .ignoreExceptions()
                .until(() -> cluster.admin(admin -> admin.describeCluster()
                                .nodes()
                                .get(5, TimeUnit.SECONDS)
                                .size())
                        == brokers.brokers().size());
        return cluster;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Path folder() {
        return folder;
    }

    interface Question<T> {
        T ask(Admin admin) throws Exception;
    }

    private <T> T admin(Question<T> question) throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "request.timeout.ms", 4_000, "default.api.timeout.ms", 5_000))) {
            return question.ask(admin);
        }
    }

    /** Whether every copy of every partition is on a broker that is there and up to date. */
    boolean isReplicated() {
        try {
            return admin(admin -> {
                Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get();
                return admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition ->
                                partition.isr().size() == partition.replicas().size());
            });
        } catch (Exception e) {
            return false;
        }
    }

    /** Starts an instance of a service; {@code name} tells it from its brothers. */
    ServiceProcess start(Class<?> main, String name, String... settings) {
        int port = Ports.free("127.0.0.1");
        List<String> all = new ArrayList<>(List.of(
                "--server.port=" + port,
                // On this class path the registry's database is there for all of them.
                "--spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName() + ","
                        + FlywayAutoConfiguration.class.getName(),
                "--ains.registry.database-url=jdbc:sqlite:" + folder.resolve(name + ".db"),
                "--ains.bootstrap-servers=" + bootstrapServers(),
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
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where a service answers HTTP. */
    URI address(ServiceProcess process) {
        return Objects.requireNonNull(readiness.get(process)).resolve("/");
    }

    /** What a service answers to a GET. */
    String page(ServiceProcess process, String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(Objects.requireNonNull(readiness.get(process))
                                        .resolve(path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
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
        brokers.close();
    }
}
