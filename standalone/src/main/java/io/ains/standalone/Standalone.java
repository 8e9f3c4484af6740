package io.ains.standalone;

import io.ains.broker.BrokerSettings;
import io.ains.broker.BrokerStartException;
import io.ains.broker.EmbeddedBroker;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.registry.RegistryApplication;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/**
 * A whole AINS in this JVM: a Kafka broker, the heartbeat-processor, the task-dispatcher and the registry-service. Its
 * data outlives it. Started and closed by one thread; the addresses may be asked for by any.
 */
public final class Standalone implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Standalone.class);

    /** Long, because a broker that was killed reads its logs anew, and the processors then rebuild their state. */
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
    private static final Duration SERVICES_STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BROKER_STOP_TIMEOUT = Duration.ofSeconds(15);

    private static final String NO_DATABASE = "spring.autoconfigure.exclude="
            + DataSourceAutoConfiguration.class.getName() + "," + FlywayAutoConfiguration.class.getName();

    private final StandaloneSettings settings;
    private final EmbeddedBroker broker;
    private final List<Service> services = new ArrayList<>();
    private final String advertisedHost;

    private Standalone(StandaloneSettings settings) {
        this.settings = settings;
        this.advertisedHost = advertisedHost(settings.host());
        this.broker = new EmbeddedBroker(brokerSettings());
    }

    /**
     * Starts everything, and returns when all of it is ready, after some seconds.
     *
     * @throws StartException if it cannot be; nothing is left running then
     */
    public static Standalone start(StandaloneSettings settings) {
        return start(settings, () -> false);
    }

    /**
     * As {@link #start(StandaloneSettings)}, unless it is not wanted any more.
     *
     * @param givenUp asked now and then while it starts
     * @throws CancellationException if it was given up; nothing is left running then
     */
    static Standalone start(StandaloneSettings settings, BooleanSupplier givenUp) {
        Preflight.check(settings);
        Standalone standalone = new Standalone(settings);
        try {
            standalone.startBroker();
            standalone.startServices();
            standalone.awaitReady(givenUp);
            return standalone;
        } catch (RuntimeException | Error e) {
            standalone.close();
            throw e;
        }
    }

    /** Nobody can connect to a wildcard, so the broker's clients are told the machine's name instead. */
    private static String advertisedHost(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress()
                    ? InetAddress.getLocalHost().getHostName()
                    : host;
        } catch (UnknownHostException e) {
            throw new StartException("This machine does not know its own name (" + e.getMessage() + ").", e);
        }
    }

    private BrokerSettings brokerSettings() {
        BrokerSettings plain = BrokerSettings.in(settings.dataDir().resolve("broker"))
                .withHost(settings.host())
                .withPort(settings.kafkaPort());
        return advertisedHost.equals(settings.host())
                ? plain
                : plain.withProperty(
                        "advertised.listeners", "PLAINTEXT://" + advertisedHost + ":" + settings.kafkaPort());
    }

    private void startBroker() {
        try {
            broker.start();
        } catch (BrokerStartException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** All at once: each waits for Kafka much of the time. */
    private void startServices() {
        List<CompletableFuture<Service>> starting = List.of(
                starting(
                        "heartbeat-processor",
                        HeartbeatProcessorApplication::builder,
                        settings.heartbeatPort(),
                        NO_DATABASE,
                        stateDir("heartbeat-processor")),
                starting(
                        "task-dispatcher",
                        TaskDispatcherApplication::builder,
                        settings.dispatcherPort(),
                        NO_DATABASE,
                        stateDir("task-dispatcher")),
                starting(
                        "registry-service",
                        RegistryApplication::builder,
                        settings.httpPort(),
                        "ains.registry.database-url=jdbc:sqlite:"
                                + settings.dataDir().resolve("registry.db")));
        StartException failure = null;
        for (CompletableFuture<Service> each : starting) {
            try {
                services.add(each.join());
            } catch (CompletionException e) {
                // The others are waited for all the same, so that they can be stopped.
                failure =
                        e.getCause() instanceof StartException known ? known : new StartException("" + e.getCause(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private String stateDir(String service) {
        Path dir = settings.dataDir().resolve("state").resolve(service);
        return "ains.streams.state-dir=" + dir;
    }

    private CompletableFuture<Service> starting(
            String name, Supplier<SpringApplicationBuilder> builder, int port, String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.add("server.port=" + port);
        all.add("server.address=" + settings.host());
        all.add("ains.bootstrap-servers=" + bootstrapServers());
        all.add("ains.replication-factor=1");
        all.add("ains.streams.standby-replicas=0");
        all.add("spring.lifecycle.timeout-per-shutdown-phase=5s");
        CompletableFuture<Service> started = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        started.complete(Service.start(name, builder.get(), all));
                    } catch (RuntimeException | Error e) {
                        started.completeExceptionally(e);
                    }
                },
                "start-" + name);
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    private void awaitReady(BooleanSupplier givenUp) {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        for (Service service : services) {
            while (!service.isReady()) {
                if (givenUp.getAsBoolean()) {
                    throw new CancellationException("stopped before it was ready");
                }
                if (System.nanoTime() > deadline) {
                    throw new StartException(
                            "The " + service.name() + " was not ready within " + READY_TIMEOUT.toSeconds() + " s.");
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted before it was ready");
        }
    }

    /** Where Kafka's clients find the broker, as {@code host:port}. */
    public String bootstrapServers() {
        String address = broker.bootstrapServers();
        return advertisedHost + address.substring(address.lastIndexOf(':'));
    }

    /** Where the HTTP API is, without a slash at the end. */
    public URI httpApi() {
        return address("registry-service");
    }

    /** Where each service tells its metrics: the registry-service, the heartbeat-processor, the task-dispatcher. */
    List<URI> metrics() {
        return List.of(address("registry-service"), address("heartbeat-processor"), address("task-dispatcher")).stream()
                .map(address -> URI.create(address + "/metrics"))
                .toList();
    }

    private URI address(String name) {
        Service service = services.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return URI.create("http://" + advertisedHost + ":" + service.port());
    }

    /** For a test of what happens without it. */
    EmbeddedBroker broker() {
        return broker;
    }

    /**
     * Stops the services, then the broker, and returns within 35 seconds, mostly within three; what does not stop by
     * then is left to the end of the process. Nothing is lost by that: it is what a crash would do.
     */
    @Override
    public void close() {
        List<Runnable> stops = services.stream()
                .<Runnable>map(service -> service.context()::close)
                .toList();
        boolean stopped = Together.run(SERVICES_STOP_TIMEOUT, stops);
        stopped &= Together.run(BROKER_STOP_TIMEOUT, List.of(broker::close));
        if (!stopped) {
            log.warn("not everything has stopped in time");
        }
    }
}
