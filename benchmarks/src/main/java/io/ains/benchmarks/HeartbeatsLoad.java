package io.ains.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.protocol.AgentPartition;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A fleet as its topics see it: registers and heartbeats of so many agents, at a set rate. Used by one thread. */
final class HeartbeatsLoad implements AutoCloseable {
    private static final String SESSION = "5f0c7a52-6d6f-4b8e-9a51-0d3f1f6a4b11";
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Topics topics;
    private final int agents;
    private final int partitions;
    private final int intervalMs;
    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[][] keys;
    private final byte[][] beats;
    private final int[] homes;
    /** The broker's time of each agent's last heartbeat, milliseconds since the epoch. */
    private final AtomicLongArray lastBeats;

    HeartbeatsLoad(String bootstrapServers, Topics topics, int agents, int partitions, int intervalMs) {
        this.topics = topics;
        this.agents = agents;
        this.partitions = partitions;
        this.intervalMs = intervalMs;
        this.lastBeats = new AtomicLongArray(agents);
        this.keys = new byte[agents][];
        this.beats = new byte[agents][];
        this.homes = new int[agents];
        JsonSerde<HeartbeatEvent> serde = JsonSerde.of(HeartbeatEvent.class);
        for (int i = 0; i < agents; i++) {
            String id = id(i);
            keys[i] = id.getBytes(UTF_8);
            homes[i] = AgentPartition.of(id, partitions);
            beats[i] = serde.serialize(
                    null,
                    new HeartbeatEvent.Heartbeat(
                            id,
                            SESSION,
                            HealthStatus.ACTIVE,
                            60_000L + i,
                            Json.MAPPER.createObjectNode().put("queue", i % 10)));
        }
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "1",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false,
                        ProducerConfig.LINGER_MS_CONFIG,
                        10,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        128L * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    static String id(int agent) {
        return "agent-" + agent;
    }

    int recordBytes() {
        return beats[agents / 2].length;
    }

    long lastBeat(int agent) {
        return lastBeats.get(agent);
    }

    /** Registers so many of them, with one capability each. */
    void register(int from, int count) {
        JsonSerde<RegistrationEvent> serde = JsonSerde.of(RegistrationEvent.class);
        for (int i = from; i < from + count; i++) {
            var registration = new RegistrationEvent.AgentRegistration(
                    id(i),
                    SESSION,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    DeliveryMode.KAFKA,
                    intervalMs,
                    List.of(Capability.of("work", 4)));
            producer.send(new ProducerRecord<>(
                    topics.agentRegistrations(), homes[i], keys[i], serde.serialize(null, registration)));
        }
        producer.flush();
    }

    /**
     * Beats for every agent in turn at the rate that their interval makes.
     *
     * @param from the agent whose turn it is
     * @param seconds for how long
     * @param beating which agents do
     * @return whose turn it is then
     */
    int beat(int from, double seconds, IntPredicate beating) throws InterruptedException {
        double perNano = agents / (intervalMs * 1e6);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long sent = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            for (long due = (long) ((now - start) * perNano); sent < due; sent++) {
                int agent = (int) ((from + sent) % agents);
                if (beating.test(agent)) {
                    send(agent);
                }
            }
            TimeUnit.NANOSECONDS.sleep(SLICE_NANOS);
        }
        return (int) ((from + sent) % agents);
    }

    /** As many as fast as they go. */
    void burst(long count) {
        for (long i = 0; i < count; i++) {
            send((int) (i % agents));
        }
        producer.flush();
    }

    private void send(int agent) {
        producer.send(
                new ProducerRecord<>(topics.agentHeartbeats(), homes[agent], keys[agent], beats[agent]),
                (metadata, failure) -> {
                    if (failure == null) {
                        lastBeats.set(agent, metadata.timestamp());
                    }
                });
    }

    @Override
    public void close() {
        producer.close();
    }
}
