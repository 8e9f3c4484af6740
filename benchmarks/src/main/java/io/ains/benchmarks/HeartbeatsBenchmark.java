package io.ains.benchmarks;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.heartbeat.streams.HeartbeatDeserializer;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * How many agents one heartbeat-processor carries: a broker and the load in this JVM, the processor in another.
 *
 * <p>{@code HeartbeatsBenchmark fleet AGENTS INTERVAL_MS SECONDS}: registers a fleet, lets it beat, and tells how far
 * behind real time the processor is, what it costs, and how long it takes to start again.
 *
 * <p>{@code HeartbeatsBenchmark deaths AGENTS INTERVAL_MS}: lets one in a hundred agents fall silent and tells how long
 * after the dead-timeout that is known.
 *
 * <p>{@code HeartbeatsBenchmark drain AGENTS RECORDS ROUNDS}: how fast the processor reads through a backlog, and beside it
 * a plain consumer that parses the same records.
 */
public final class HeartbeatsBenchmark implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int SETTLE_SECONDS = 60;
    private static final int REGISTRATIONS_PER_SECOND = 8_000;
    private static final String HEAP = System.getProperty("heartbeats.heap", "2g");

    private final Path folder = Files.createTempDirectory("heartbeats-benchmark");
    private final EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start();
    private final Topics topics = Topics.withDefaultPrefix();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    private final HeartbeatsLoad load;
    private final int agents;

    private HeartbeatsBenchmark(int agents, int intervalMs) throws Exception {
        this.agents = agents;
        this.load = new HeartbeatsLoad(broker.bootstrapServers(), topics, agents, PARTITIONS, intervalMs);
        say(
                "%,d agents, %d ms, %d bytes a heartbeat, %d partitions, one thread, -Xmx%s; files in %s",
                agents, intervalMs, load.recordBytes(), PARTITIONS, HEAP, folder);
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            throw new IllegalArgumentException("expected fleet, deaths or drain, and numbers, as the class says");
        }
        int agents = Integer.parseInt(args[1]);
        int second = Integer.parseInt(args[2]);
        switch (args[0]) {
            case "fleet" -> {
                try (HeartbeatsBenchmark benchmark = new HeartbeatsBenchmark(agents, second)) {
                    benchmark.fleet(Integer.parseInt(args[3]));
                }
            }
            case "deaths" -> {
                try (HeartbeatsBenchmark benchmark = new HeartbeatsBenchmark(agents, second)) {
                    benchmark.deaths(second);
                }
            }
            case "drain" -> {
                try (HeartbeatsBenchmark benchmark = new HeartbeatsBenchmark(agents, 300_000)) {
                    benchmark.drain(second, Integer.parseInt(args[3]));
                }
            }
            default -> throw new IllegalArgumentException("expected fleet, deaths or drain, but got " + args[0]);
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private HeartbeatsProcess start() throws Exception {
        HeartbeatsProcess processor =
                new HeartbeatsProcess(broker.bootstrapServers(), topics.prefix(), PARTITIONS, HEAP, freePort(), folder);
        processor.awaitReady();
        return processor;
    }

    private static int freePort() throws Exception {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Registers a fleet in which whoever is registered beats, as it would. */
    private HeartbeatsProcess startWithFleet() throws Exception {
        HeartbeatsProcess processor = start();
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
        say("registered in %.1f s", secondsSince(began));
        return processor;
    }

    private void awaitFleet(HeartbeatsProcess processor) throws InterruptedException {
        while (processor.metric("ains_agents{", false) < agents) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    // ---- a fleet at its rate

    private void fleet(int seconds) throws Exception {
        HeartbeatsProcess processor = startWithFleet();
        int next = settle(processor);
        double cpu = processor.cpuSeconds();
        double heartbeats = processor.metric("ains_heartbeats_total{result=\"taken\"}", false);
        List<Double> ages = new ArrayList<>();
        long began = System.nanoTime();
        while (secondsSince(began) < seconds) {
            next = load.beat(next, 0.5, agent -> true);
            ages.add(processor.metric("ains_tick_age_seconds{", true));
        }
        double took = secondsSince(began);
        double beaten = processor.metric("ains_heartbeats_total{result=\"taken\"}", false) - heartbeats;
        double used = processor.cpuSeconds() - cpu;
        ages.sort(null);
        say(
                "%,.0f heartbeats/s for %.0f s; age of the last tick: median %.2f s, 99%% %.2f s, most %.2f s",
                beaten / took,
                took,
                ages.get(ages.size() / 2),
                ages.get(ages.size() * 99 / 100),
                ages.get(ages.size() - 1));
        say(
                "%.2f cores, %.1f us a heartbeat; AVAILABLE %,.0f of %,d, graces %.0f, SUSPECT or INACTIVE now %.0f",
                used / took,
                used / beaten * 1e6,
                processor.metric("ains_agents{status=\"AVAILABLE\"}", false),
                agents,
                processor.metric("ains_heartbeat_graces_total", false),
                processor.metric("ains_agents{status=\"SUSPECT\"}", false)
                        + processor.metric("ains_agents{status=\"INACTIVE\"}", false));
        say(
                "the thread's time, of 1: processing %.2f, polling %.2f, committing %.2f, punctuating %.2f",
                processor.metric("kafka_stream_thread_process_ratio", false),
                processor.metric("kafka_stream_thread_poll_ratio", false),
                processor.metric("kafka_stream_thread_commit_ratio", false),
                processor.metric("kafka_stream_thread_punctuate_ratio", false));
        double live = processor.liveHeap();
        say("live heap %,.0f MB, %,.0f bytes an agent", live / 1e6, live / agents);
        processor.close();
        say("ready again after a clean stop: %.1f s", secondsToStart());
        say("ready again without its local state: %.1f s", secondsToStartFromNothing());
    }

    /** Lets it catch up with what its start has left. */
    private int settle(HeartbeatsProcess processor) throws InterruptedException {
        long began = System.nanoTime();
        int next = 0;
        do {
            next = load.beat(next, 2, agent -> true);
        } while (secondsSince(began) < SETTLE_SECONDS && processor.metric("ains_tick_age_seconds{", true) > 1.5);
        say("settled after %.0f s", secondsSince(began));
        return next;
    }

    private double secondsToStart() throws Exception {
        long began = System.nanoTime();
        try (HeartbeatsProcess processor = start()) {
            double ready = secondsSince(began);
            awaitFleet(processor);
            return Math.max(ready, secondsSince(began));
        }
    }

    private double secondsToStartFromNothing() throws Exception {
        delete(folder.resolve("state"));
        return secondsToStart();
    }

    // ---- how soon a death is known

    private void deaths(int intervalMs) throws Exception {
        HeartbeatsProcess processor = startWithFleet();
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
        say(
                "%d of %d deaths known, %d of others; known after the dead-timeout: median %d ms, 99%% %d ms, most %d ms",
                lags.length,
                (agents + 99) / 100,
                known.size() - lags.length,
                lags[lags.length / 2],
                lags[lags.length * 99 / 100],
                lags[lags.length - 1]);
        processor.close();
    }

    /** A death is false if the broker had taken a heartbeat within the dead-timeout before it. */
    private void checkSilence(AgentEvent.StatusChanged death, long deadMs) {
        int agent =
                Integer.parseInt(death.agentId().substring(HeartbeatsLoad.id(0).length() - 1));
        long silence = death.at() - load.lastBeat(agent);
        if (silence >= 0 && silence < deadMs) {
            say("FALSE DEATH of %s, %d ms after its last heartbeat", death.agentId(), silence);
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
        startWithFleet().close();
        double[] processor = new double[rounds];
        double[] floor = new double[rounds];
        double[] fast = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Map<TopicPartition, Long> from = ends();
            load.burst(records);
            Map<TopicPartition, Long> to = ends();
            floor[round] = read(from, to, JsonSerde.of(HeartbeatEvent.class));
            fast[round] = read(from, to, new HeartbeatDeserializer());
            processor[round] = drainOnce(from, to);
            say(
                    "round %d: processor %,.0f records/s; a plain consumer with the schema's parser %,.0f, with the"
                            + " processor's %,.0f",
                    round + 1, processor[round], floor[round], fast[round]);
        }
        say(
                "medians: processor %,.0f records/s; plain consumer %,.0f and %,.0f",
                median(processor), median(floor), median(fast));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
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
                        broker.bootstrapServers(),
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

    /** From a tenth to nine tenths of the way, so that neither its start nor its end counts. */
    private double drainOnce(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws Exception {
        long total = distance(from, to);
        try (HeartbeatsProcess processor = new HeartbeatsProcess(
                broker.bootstrapServers(), topics.prefix(), PARTITIONS, HEAP, freePort(), folder)) {
            long began = 0;
            long before = 0;
            while (true) {
                long done = distance(from, committed(from));
                if (began == 0 && done >= total / 10) {
                    began = System.nanoTime();
                    before = done;
                }
                if (done >= total * 9 / 10) {
                    return (done - before) / secondsSince(began);
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
        broker.close();
        delete(folder);
    }
}
