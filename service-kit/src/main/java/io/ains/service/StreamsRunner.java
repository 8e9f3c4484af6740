package io.ains.service;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.config.StreamsBuilderFactoryBean;

/**
 * Starts the Streams application once Kafka answers and the topics are there, however long that takes, and tells in
 * words whether it works.
 */
final class StreamsRunner implements SmartLifecycle, HealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);
    private static final long RETRY_MS = 1_000;
    /** Ten missed ticks: not a hiccup. */
    private static final long STALE_MS = 10_000;

    private final StreamsBuilderFactoryBean streams;
    private final TopicProvisioner topics;
    private final TickAges ages;
    private volatile String waitingFor = "not started yet";
    private volatile @Nullable Thread starter;

    StreamsRunner(StreamsBuilderFactoryBean streams, TopicProvisioner topics, TickAges ages) {
        this.streams = streams;
        this.topics = topics;
        this.ages = ages;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::startWhenPossible, "ains-streams-starter");
        thread.setDaemon(true);
        starter = thread;
        thread.start();
    }

    private void startWhenPossible() {
        try {
            while (!topicsAreThere() || !hasStarted()) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
            waitingFor = "";
        } catch (InterruptedException e) {
            log.info("stopped before Kafka answered");
        }
    }

    private boolean topicsAreThere() throws InterruptedException {
        waitingFor = "waiting for Kafka";
        try {
            topics.ensureFixedTopics();
            return true;
        } catch (KafkaException | TopicProvisioner.TopicLayoutException e) {
            waitingFor = "waiting for Kafka: " + e.getMessage();
            log.warn("waiting for Kafka: {}", e.getMessage());
            return false;
        }
    }

    /** Fails for example while another process still holds the state directory. */
    private boolean hasStarted() {
        try {
            streams.start();
            return true;
        } catch (RuntimeException e) {
            waitingFor = "Kafka Streams could not be started: " + e.getMessage();
            log.warn("Kafka Streams could not be started, tried again", e);
            streams.stop();
            return false;
        }
    }

    @Override
    public void stop() {
        Thread thread = starter;
        starter = null;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        streams.stop();
    }

    @Override
    public boolean isRunning() {
        return starter != null;
    }

    @Override
    public Health health() {
        KafkaStreams running = streams.getKafkaStreams();
        if (running == null || !waitingFor.isEmpty()) {
            return Health.outOfService().withDetail("reason", waitingFor).build();
        }
        KafkaStreams.State state = running.state();
        if (state != KafkaStreams.State.RUNNING) {
            return Health.outOfService()
                    .withDetail("reason", "Kafka Streams is " + state + ", expected RUNNING")
                    .build();
        }
        long age = ages.worstMillis();
        if (age > STALE_MS) {
            return Health.outOfService()
                    .withDetail("reason", "no tick for " + age / 1000 + " s: Kafka is away, or this instance is behind")
                    .build();
        }
        return Health.up().build();
    }
}
