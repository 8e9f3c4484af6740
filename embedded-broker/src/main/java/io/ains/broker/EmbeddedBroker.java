package io.ains.broker;

import io.ains.broker.BrokerStartException.Reason;
import java.time.Duration;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker, with its controller, in this JVM: one node that keeps its data in a folder.
 *
 * <p>It can be stopped and started again on the same port and data, which to its clients is an outage. Data and
 * cluster id outlive the object and the process.
 *
 * <p>All methods can be called from any thread; starting and stopping wait for each other. None of the broker's threads
 * keeps the JVM alive once {@link #close()} has returned. As with any Kafka broker, a disk that fails or fills up while
 * it runs ends the process; stop the broker before its folder is deleted.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BrokerSettings settings;
    private final Object lifecycle = new Object();
    private volatile int port;
    private @Nullable Running running;

    /** A broker that is not started yet. */
    public EmbeddedBroker(BrokerSettings settings) {
        this.settings = settings;
        this.port = settings.port();
    }

    /**
     * Starts the broker and returns when it takes requests, after one to three seconds; does nothing when it runs already.
     *
     * @return this broker
     * @throws BrokerStartException when it cannot run; nothing is left running or locked then
     */
    public EmbeddedBroker start() {
        synchronized (lifecycle) {
            if (running == null) {
                running = startNew();
            }
            return this;
        }
    }

    private Running startNew() {
        long startedAt = System.nanoTime();
        BrokerFolder folder =
                BrokerFolder.open(settings.dataDir(), BrokerProperties.NODE_ID, BrokerProperties.CONTROLLER_LISTENER);
        KafkaRaftServer server = null;
        try (ExitGuard guard = ExitGuard.install()) {
            if (port == 0) {
                port = Ports.free(settings.host());
            } else {
                Ports.requireFree(settings.host(), port);
            }
            int controllerPort;
            do {
                controllerPort = Ports.free(BrokerProperties.CONTROLLER_HOST);
            } while (controllerPort == port);
            KafkaConfig config = new KafkaConfig(BrokerProperties.of(settings, port, controllerPort), false);
            server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
            guard.requireNoExit();
        } catch (BrokerStartException e) {
            folder.close();
            throw e;
        } catch (Throwable e) {
            // Kafka is Scala: checked exceptions come out of it undeclared.
            shutDown(server);
            folder.close();
            throw new BrokerStartException(
                    Reason.KAFKA_FAILED, "The broker could not be started (" + e.getMessage() + ").", e);
        }
        log.info(
                "event=broker_started bootstrap_servers={} data_dir={} millis={}",
                bootstrapServers(),
                settings.dataDir(),
                Duration.ofNanos(System.nanoTime() - startedAt).toMillis());
        return new Running(server, folder);
    }

    private static void shutDown(@Nullable KafkaRaftServer server) {
        if (server == null) {
            return;
        }
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (Throwable e) {
            log.warn("event=broker_stop_failed", e);
        }
    }

    /**
     * Where clients find the broker, as {@code host:port}; it stays the same over restarts.
     *
     * @throws IllegalStateException when the port was to be chosen and the broker was never started
     */
    public String bootstrapServers() {
        int chosen = port;
        if (chosen == 0) {
            throw new IllegalStateException("expected a broker that was started, but this one has no port yet");
        }
        return settings.host() + ":" + chosen;
    }

    /** Whether the broker is started and takes requests. */
    public boolean isRunning() {
        synchronized (lifecycle) {
            return running != null;
        }
    }

    /** Stops the broker cleanly, also when clients are connected; it can be started again. */
    public void stop() {
        synchronized (lifecycle) {
            Running stopping = running;
            if (stopping != null) {
                running = null;
                shutDown(stopping.server);
                stopping.folder.close();
            }
        }
    }

    /** As {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private record Running(KafkaRaftServer server, BrokerFolder folder) {}
}
