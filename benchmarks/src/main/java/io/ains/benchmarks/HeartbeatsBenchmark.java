package io.ains.benchmarks;

import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.heartbeat.streams.HeartbeatDeserializer;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
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
 * How many agents one heartbeat-processor carries: a broker and the load in this JVM, the processor in another.
 *
 * A fleet is registered and beats: how far behind real time is the processor, what does it cost, and how long does it take
 * to start again? One in a hundred agents falls silent: how long after the dead-timeout is that known? The processor comes
 * back after an outage: how fast does it read through the backlog, beside a plain consumer that parses the same records?
 */
final class HeartbeatsBenchmark implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int SETTLE_SECONDS = 60;
    private static final int REGISTRATIONS_PER_SECOND = 8_000;
    private static final String HEAP = "2g";
    private static final int MILLION = 1_000_000;

    private final Installation installation = new Installation();
    private final Topics topics = Topics.withDefaultPrefix();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()));
    private final HeartbeatsLoad load;
    private final Report report;
    private final int agents;

    private HeartbeatsBenchmark(Report report, int agents, int intervalMs) throws Exception {
        this.report = report;
        this.agents = agents;
        this.load = new HeartbeatsLoad(installation.bootstrapServers(), topics, agents, PARTITIONS, intervalMs);
        report.say(
                "%,d agents, %d ms, %d bytes a heartbeat, %d partitions, one thread, -Xmx%s",
                agents, intervalMs, load.recordBytes(), PARTITIONS, HEAP);
    }

    static void run(Report report, boolean quick) throws Exception {
        for (int agents : quick ? new int[] {100} : new int[] {1_000, 100_000, MILLION}) {
            try (HeartbeatsBenchmark benchmark = new HeartbeatsBenchmark(report, agents, 300_000)) {
                benchmark.drain(quick ? 10_000 : MILLION, quick ? 1 : 3);
            }
        }
        try (HeartbeatsBenchmark benchmark =
                new HeartbeatsBenchmark(report, quick ? 100 : 100_000, quick ? 500 : 5_000)) {
            benchmark.deaths(quick ? 500 : 5_000);
        }
        try (HeartbeatsBenchmark benchmark =
                new HeartbeatsBenchmark(report, quick ? 100 : MILLION, quick ? 500 : 10_000)) {
            benchmark.fleet(quick ? 2 : 60);
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private MeasuredService start() throws Exception {
        return installation.start(HeartbeatProcessorApplication.class, "fleet", HEAP, "ains.partitions=" + PARTITIONS);
    }

    /** Registers a fleet in which whoever is registered beats, as it would. */
    private MeasuredService startWithFleet() throws Exception {
        MeasuredService processor = start();
        long began = System.nanoTime();
        int next = 0;
        for (int registered = 0; registered < agents; ) {
            int more = Math.min(agents - registered, REGISTRATIONS_PER_SECOND / 2);
            load.register(registered, more);
            registered += more;
            int known = registered;
            next = load.beat(next, 0.5, agent -> agent < known);
        }
        awaitFleet(processor);
        report.say("registered in %.1f s", secondsSince(began));
        return processor;
    }

    private void awaitFleet(MeasuredService processor) throws InterruptedException {
        while (processor.metric("ains_agents{") < agents) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    // ---- a fleet at its rate

    private void fleet(int seconds) throws Exception {
        MeasuredService processor = startWithFleet();
        int next = settle(processor);
        double cpu = processor.cpuSeconds();
        double heartbeats = processor.metric("ains_heartbeats_total{");
        List<Double> ages = new ArrayList<>();
        long began = System.nanoTime();
        while (secondsSince(began) < seconds) {
            next = load.beat(next, 0.5, agent -> true);
            ages.add(processor.largest("ains_tick_age_seconds{"));
        }
        double took = secondsSince(began);
        double beaten = processor.metric("ains_heartbeats_total{") - heartbeats;
        double used = processor.cpuSeconds() - cpu;
        ages.sort(null);
        double live = processor.liveHeap();
        Map<String, Double> figures = Report.figures(
                "heartbeats_per_s",
                beaten / took,
                "tick_age_p50_s",
                ages.get(ages.size() / 2),
                "tick_age_max_s",
                ages.get(ages.size() - 1),
                "cores",
                used / took,
                "cpu_us_per_heartbeat",
                used / beaten * 1e6,
                "not_available",
                agents - processor.metric("ains_agents{status=\"AVAILABLE\"}"),
                "heap_bytes_per_agent",
                live / agents);
        processor.terminate();
        figures.put("ready_after_stop_s", secondsToStart());
        delete(installation.folder().resolve("fleet"));
        figures.put("ready_without_state_s", secondsToStart());
        report.row(String.format(Locale.ROOT, "a fleet of %,d", agents), figures);
    }

    /** Lets it catch up with what its start has left. */
    private int settle(MeasuredService processor) throws InterruptedException {
        long began = System.nanoTime();
        int next = 0;
        do {
            next = load.beat(next, 2, agent -> true);
        } while (secondsSince(began) < SETTLE_SECONDS && processor.largest("ains_tick_age_seconds{") > 1.5);
        report.say("settled after %.0f s", secondsSince(began));
        return next;
    }

    private double secondsToStart() throws Exception {
        long began = System.nanoTime();
        try (MeasuredService processor = start()) {
            awaitFleet(processor);
            double seconds = secondsSince(began);
            processor.terminate();
            return seconds;
        }
    }

    // ---- how soon a death is known

    private void deaths(int intervalMs) throws Exception {
        MeasuredService processor = startWithFleet();
        long deadMs = 6L * intervalMs;
        int next = load.beat(0, 2 * intervalMs / 1_000.0, agent -> true);
        Map<String, Long> known = new HashMap<>();
        JsonSerde<AgentEvent> serde = JsonSerde.of(AgentEvent.class);
        Thread reader = new Thread(() -> readDeaths(known, serde, deadMs), "deaths");
        reader.start();
        next = load.beat(next, deadMs / 1_000.0 + 10, agent -> agent % 100 != 0);
        reader.interrupt();
        reader.join();
        long[] lags = IntStream.range(0, agents)
                .filter(agent -> agent % 100 == 0 && known.containsKey(HeartbeatsLoad.id(agent)))
                .mapToLong(agent -> known.getOrDefault(HeartbeatsLoad.id(agent), 0L) - load.lastBeat(agent) - deadMs)
                .sorted()
                .toArray();
        report.row(
                String.format(Locale.ROOT, "%,d of %,d agents fall silent", (agents + 99) / 100, agents),
                Report.figures(
                        "known", lags.length,
                        "of_others", known.size() - lags.length,
                        "lag_p50_ms", lags[lags.length / 2],
                        "lag_p99_ms", lags[lags.length * 99 / 100],
                        "lag_max_ms", lags[lags.length - 1]));
        processor.terminate();
    }

    /** A death is false if the broker had taken a heartbeat within the dead-timeout before it. */
    private void checkSilence(AgentEvent.StatusChanged death, long deadMs) {
        int agent =
                Integer.parseInt(death.agentId().substring(HeartbeatsLoad.id(0).length() - 1));
        long silence = death.at() - load.lastBeat(agent);
        if (silence >= 0 && silence < deadMs) {
            report.say("FALSE DEATH of %s, %d ms after its last heartbeat", death.agentId(), silence);
        }
    }

    private void readDeaths(Map<String, Long> known, JsonSerde<AgentEvent> serde, long deadMs) {
        try (KafkaConsumer<String, AgentEvent> consumer = consumer(new StringDeserializer(), serde)) {
            consumer.assign(partitionsOf(topics.agentEvents()));
            consumer.seekToEnd(List.of());
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(java.time.Duration.ofMillis(50)).forEach(record -> {
                    if (record.value() instanceof AgentEvent.StatusChanged changed
                            && changed.to() == AgentStatus.INACTIVE) {
                        known.putIfAbsent(changed.agentId(), System.currentTimeMillis());
                        checkSilence(changed, deadMs);
                    }
                });
            }
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            // told to stop
        }
    }

    // ---- how fast a backlog is read

    private void drain(int records, int rounds) throws Exception {
        startWithFleet().terminate();
        double[] processor = new double[rounds];
        double[] floor = new double[rounds];
        double[] fast = new double[rounds];
        double[] streams = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Map<TopicPartition, Long> from = ends();
            load.burst(records);
            Map<TopicPartition, Long> to = ends();
            floor[round] = read(from, to, JsonSerde.of(HeartbeatEvent.class));
            fast[round] = read(from, to, new HeartbeatDeserializer());
            streams[round] = streamsThatOnlyRead(from, to);
            processor[round] = drainOnce(from, to);
        }
        report.row(
                String.format(Locale.ROOT, "a backlog of %,d heartbeats of %,d agents", records, agents),
                Report.figures(
                        "heartbeats_per_s", Report.median(processor),
                        "floor_with_schema_parser_per_s", Report.median(floor),
                        "floor_with_same_parser_per_s", Report.median(fast),
                        "streams_that_only_read_per_s", Report.median(streams),
                        "of_floor", Report.median(processor) / Report.median(floor),
                        "of_streams_that_only_read", Report.median(processor) / Report.median(streams)));
    }

    private List<TopicPartition> partitionsOf(String topic) {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private Map<TopicPartition, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitionsOf(topics.agentHeartbeats()).forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private <K, V> KafkaConsumer<K, V> consumer(Deserializer<K> keys, Deserializer<V> values) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        installation.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "max.poll.records",
                        1_000),
                keys,
                values);
    }

    private double read(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Deserializer<HeartbeatEvent> deserializer) {
        try (KafkaConsumer<String, HeartbeatEvent> consumer = consumer(new StringDeserializer(), deserializer)) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            long count = 0;
            long began = 0;
            while (!from.keySet().stream()
                    .allMatch(partition -> consumer.position(partition) >= to.getOrDefault(partition, 0L))) {
                ConsumerRecords<String, HeartbeatEvent> polled = consumer.poll(java.time.Duration.ofMillis(100));
                if (began == 0 && !polled.isEmpty()) {
                    began = System.nanoTime();
                }
                count += polled.count();
            }
            return count / secondsSince(began);
        }
    }

    /** What Kafka Streams costs without anything to do: one thread, exactly-once, the same inputs and parser, and a drop. */
    private double streamsThatOnlyRead(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws Exception {
        String group = "only-read-" + UUID.randomUUID();
        Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
        from.forEach((partition, offset) -> start.put(partition, new OffsetAndMetadata(offset)));
        admin.alterConsumerGroupOffsets(group, start).all().get();
        long total = distance(from, to);
        AtomicLong done = new AtomicLong();
        Topology topology = new Topology()
                .addSource(
                        "heartbeats", new StringDeserializer(), new HeartbeatDeserializer(), topics.agentHeartbeats())
                .addSource(
                        "others",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.agentRegistrations(),
                        topics.agentOutcomes())
                .addProcessor(
                        "drop",
                        () -> (Processor<String, Object, Void, Void>) record -> done.lazySet(done.get() + 1),
                        "heartbeats",
                        "others");
        Properties config = new Properties();
        config.putAll(Map.of(
                "bootstrap.servers",
                installation.bootstrapServers(),
                "application.id",
                group,
                "state.dir",
                installation.folder().resolve(group).toString(),
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
            return (done.get() - before) / secondsSince(began);
        }
    }

    /** From a tenth to nine tenths of the way, so that neither its start nor its end counts. */
    private double drainOnce(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws Exception {
        long total = distance(from, to);
        try (MeasuredService processor = new MeasuredService(
                HeartbeatProcessorApplication.class,
                installation.folder(),
                "fleet",
                HEAP,
                installation.bootstrapServers(),
                "ains.partitions=" + PARTITIONS)) {
            long began = 0;
            long before = 0;
            while (true) {
                long done = distance(from, committed(from));
                if (began == 0 && done >= total / 10) {
                    began = System.nanoTime();
                    before = done;
                }
                if (done >= total * 9 / 10) {
                    double perSecond = (done - before) / secondsSince(began);
                    processor.terminate();
                    return perSecond;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private Map<TopicPartition, Long> committed(Map<TopicPartition, Long> from) throws Exception {
        String group = topics.prefix() + "heartbeat-processor";
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

    private static void delete(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws Exception {
        load.close();
        admin.close();
        installation.close();
    }
}
