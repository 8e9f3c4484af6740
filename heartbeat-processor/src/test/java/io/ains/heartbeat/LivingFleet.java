package io.ains.heartbeat;

import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.Topics;
import io.ains.testkit.TopicWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Agents that beat twice a second whatever happens to brokers and processors, a third of them with a clock that is an
 * hour slow, a third with one that is an hour fast. Safe for many threads.
 */
final class LivingFleet implements AutoCloseable {
    static final int INTERVAL_MS = 500;
    static final Duration DEAD = Duration.ofMillis(6 * INTERVAL_MS);
    private static final long HOUR_MS = 3_600_000;
    private static final JsonSerde<RegistrationEvent> REGISTRATIONS = JsonSerde.of(RegistrationEvent.class);
    private static final JsonSerde<HeartbeatEvent> HEARTBEATS = JsonSerde.of(HeartbeatEvent.class);

    private final String bootstrapServers;
    private final Topics topics;
    private final List<String> agents;
    private final Set<String> dead = ConcurrentHashMap.newKeySet();
    private final KafkaProducer<String, byte[]> producer;
    private final ScheduledExecutorService hearts = Executors.newSingleThreadScheduledExecutor();

    LivingFleet(String bootstrapServers, Topics topics, int size) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.agents = IntStream.range(0, size).mapToObj(i -> "agent-" + i).toList();
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        100,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        400,
                        // A heartbeat that cannot be sent for so long says nothing any more.
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        INTERVAL_MS),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    List<String> agents() {
        return agents;
    }

    /** Registers them, and starts their hearts. */
    void live() {
        try (TopicWriter writer = new TopicWriter(bootstrapServers)) {
            for (String agent : agents) {
                var registration = new AgentRegistration(
                        agent,
                        "s-" + agent,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        DeliveryMode.KAFKA,
                        INTERVAL_MS,
                        null);
                writer.send(topics.agentRegistrations(), agent, REGISTRATIONS.serialize(null, registration), Map.of());
            }
        }
        hearts.scheduleAtFixedRate(this::beat, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** The process of an agent dies. */
    void kill(String agent) {
        dead.add(agent);
    }

    private void beat() {
        for (String agent : agents) {
            if (!dead.contains(agent)) {
                var heartbeat = new Heartbeat(agent, "s-" + agent, HealthStatus.ACTIVE, null, null);
                send(agent, HEARTBEATS.serialize(null, heartbeat));
            }
        }
    }

    private void send(String agent, byte[] value) {
        try {
            long clock = System.currentTimeMillis() + (agents.indexOf(agent) % 3 - 1) * HOUR_MS;
            producer.send(new ProducerRecord<>(topics.agentHeartbeats(), null, clock, agent, value));
        } catch (RuntimeException e) {
            // The broker is away: a living agent goes on trying.
        }
    }

    @Override
    public void close() {
        hearts.shutdownNow();
        producer.close(Duration.ofSeconds(1));
    }
}
