package io.ains.benchmarks;

import io.ains.heartbeat.streams.HeartbeatDeserializer;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;

/**
 * How fast the heartbeat-processor reads what came in while it was away, beside plain consumers that parse the same records
 * and Kafka Streams that only reads them.
 */
final class HeartbeatsBacklog implements AutoCloseable {
    private final HeartbeatsFleet fleet;
    private final Admin admin;
    private final List<Map<String, Double>> rounds = new ArrayList<>();
    private double lastRate;

    /** Takes the fleet over, and closes it. */
    HeartbeatsBacklog(HeartbeatsFleet fleet) {
        this.fleet = fleet;
        this.admin = Admin.create(Map.of("bootstrap.servers", fleet.bootstrapServers()));
    }

    /** Beats so many times, and has everybody read it once; {@code smallest} has had its turn in this round. */
    void readOnce(int heartbeats, HeartbeatsBacklog smallest) throws Exception {
        Map<TopicPartition, Long> from = ends(fleet.topics.agentHeartbeats());
        fleet.load.burst(heartbeats);
        Map<TopicPartition, Long> to = ends(fleet.topics.agentHeartbeats());
        double floor = read(from, to, JsonSerde.of(HeartbeatEvent.class));
        double sameParser = read(from, to, new HeartbeatDeserializer());
        double streams = streamsThatOnlyRead(from, to);
        double processor = drain(from, to);
        lastRate = processor;
        rounds.add(Report.figures(
                "heartbeats_per_s", processor,
                "floor_with_schema_parser_per_s", floor,
                "floor_with_same_parser_per_s", sameParser,
                "streams_that_only_read_per_s", streams,
                "of_floor", processor / floor,
                "of_streams_that_only_read", processor / streams,
                "of_smallest_fleet", processor / smallest.lastRate));
    }

    void report(Report report, int heartbeats) {
        report.row(
                String.format(Locale.ROOT, "a backlog of %,d heartbeats of %,d agents", heartbeats, fleet.agents),
                Report.medians(rounds));
    }

    private Map<TopicPartition, Long> ends(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        HeartbeatsFleet.partitionsOf(topic).forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private double read(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Deserializer<HeartbeatEvent> deserializer) {
        try (KafkaConsumer<String, HeartbeatEvent> consumer = fleet.consumer(new StringDeserializer(), deserializer)) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            long count = 0;
            long began = 0;
            while (!from.keySet().stream()
                    .allMatch(partition -> consumer.position(partition) >= to.getOrDefault(partition, 0L))) {
                ConsumerRecords<String, HeartbeatEvent> polled = consumer.poll(Duration.ofMillis(100));
                if (began == 0 && !polled.isEmpty()) {
                    began = System.nanoTime();
                }
                count += polled.count();
            }
            return count / HeartbeatsFleet.secondsSince(began);
        }
    }

    /** What Kafka Streams costs without anything to do: one thread, exactly-once, the same inputs and parser, and a drop. */
    private double streamsThatOnlyRead(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws Exception {
        String group = "only-read-" + UUID.randomUUID();
        Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
        from.forEach((partition, offset) -> start.put(partition, new OffsetAndMetadata(offset)));
        for (String other : List.of(fleet.topics.agentRegistrations(), fleet.topics.agentOutcomes())) {
            ends(other).forEach((partition, offset) -> start.put(partition, new OffsetAndMetadata(offset)));
        }
        admin.alterConsumerGroupOffsets(group, start).all().get();
        long total = distance(from, to);
        AtomicLong done = new AtomicLong();
        Topology topology = new Topology()
                .addSource(
                        "heartbeats",
                        new StringDeserializer(),
                        new HeartbeatDeserializer(),
                        fleet.topics.agentHeartbeats())
                .addSource(
                        "others",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        fleet.topics.agentRegistrations(),
                        fleet.topics.agentOutcomes())
                .addProcessor(
                        "drop",
                        () -> (Processor<String, Object, Void, Void>) record -> done.lazySet(done.get() + 1),
                        "heartbeats",
                        "others");
        Properties config = new Properties();
        config.putAll(Map.of(
                "bootstrap.servers",
                fleet.bootstrapServers(),
                "application.id",
                group,
                "state.dir",
                fleet.folder().resolve(group).toString(),
                "processing.guarantee",
                "exactly_once_v2",
                "commit.interval.ms",
                500));
        try (KafkaStreams streams = new KafkaStreams(topology, config)) {
            streams.start();
            while (done.get() < total / 10) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            long began = System.nanoTime();
            long before = done.get();
            while (done.get() < total * 9 / 10) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return (done.get() - before) / HeartbeatsFleet.secondsSince(began);
        }
    }

    /** From a tenth to nine tenths of the way, so that neither its start nor its end counts. */
    private double drain(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws Exception {
        long total = distance(from, to);
        try (MeasuredService processor = fleet.startUnready()) {
            long began = 0;
            long before = 0;
            while (true) {
                long done = distance(from, committed(from));
                if (began == 0 && done >= total / 10) {
                    began = System.nanoTime();
                    before = done;
                }
                if (done >= total * 9 / 10) {
                    double perSecond = (done - before) / HeartbeatsFleet.secondsSince(began);
                    processor.terminate();
                    return perSecond;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private Map<TopicPartition, Long> committed(Map<TopicPartition, Long> from) throws Exception {
        String group = fleet.topics.prefix() + "heartbeat-processor";
        Map<TopicPartition, Long> committed = new HashMap<>(from);
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.computeIfPresent(partition, (same, start) -> Math.max(start, offset.offset()));
                    }
                });
        return committed;
    }

    private static long distance(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
        return from.entrySet().stream()
                .mapToLong(entry -> to.getOrDefault(entry.getKey(), 0L) - entry.getValue())
                .sum();
    }

    @Override
    public void close() throws Exception {
        admin.close();
        fleet.close();
    }
}
