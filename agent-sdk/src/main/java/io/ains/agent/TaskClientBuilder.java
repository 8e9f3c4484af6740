package io.ains.agent;

import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.Map;

/** Collects what a {@link TaskClient} needs; checked by {@link #connect}. Not safe for use by several threads. */
public final class TaskClientBuilder {
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private String bootstrapServers = "localhost:9092";
    private String topicPrefix = Topics.DEFAULT_PREFIX;
    private Map<String, Object> kafka = Map.of();
    private int maxPending = 10_000;
    private Duration startTimeout = Duration.ofSeconds(30);

    TaskClientBuilder() {}

    /** Where Kafka is, as host:port, comma-separated; {@code localhost:9092} by default. */
    public TaskClientBuilder bootstrapServers(String value) {
        bootstrapServers = value;
        return this;
    }

    /** The installation's topic prefix; {@code ains.} by default. */
    public TaskClientBuilder topicPrefix(String value) {
        topicPrefix = value;
        return this;
    }

    /** More settings for all Kafka clients, such as security; those that the client's promises rest on are refused. */
    public TaskClientBuilder kafka(Map<String, ?> value) {
        kafka = Map.copyOf(value);
        return this;
    }

    /** How many commands may be waited for at once, from 1; 10,000 by default. */
    public TaskClientBuilder maxPending(int value) {
        maxPending = value;
        return this;
    }

    /** How long {@link #connect} may take, 1 s to 1 h; 30 s by default. */
    public TaskClientBuilder startTimeout(Duration value) {
        startTimeout = value;
        return this;
    }

    /**
     * Checks everything, and connects. Waits for brokers and topics that are not there yet.
     *
     * @return a client that can submit
     * @throws IllegalArgumentException with one sentence for each mistake
     * @throws AinsException if it did not work out within the start timeout; its subclasses tell why
     */
    public TaskClient connect() {
        Mistakes mistakes = new Mistakes();
        mistakes.unless(maxPending >= 1, "at least 1 command to wait for", maxPending);
        mistakes.unless(
                startTimeout.compareTo(Duration.ofSeconds(1)) >= 0 && startTimeout.compareTo(LONGEST_TIMEOUT) <= 0,
                "a start timeout of 1 s to 1 h",
                startTimeout);
        Topics topics = mistakes.unless(() -> new Topics(topicPrefix));
        ClientSettings settings = mistakes.unless(() -> ClientSettings.checked(bootstrapServers, kafka));
        if (topics == null || settings == null || mistakes.any()) {
            throw mistakes.exception();
        }
        return new TaskClient(topics, settings, maxPending, Deadline.in(startTimeout));
    }
}
