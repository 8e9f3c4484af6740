package io.ains.benchmarks;

import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** A broker and a fleet that beats in this JVM, and one heartbeat-processor in another, for the benchmarks of heartbeats. */
final class HeartbeatsFleet implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int REGISTRATIONS_PER_SECOND = 8_000;
    private static final String HEAP = "2g";
    private static final String SERVICE = "fleet";

    final Topics topics = Topics.withDefaultPrefix();
    final HeartbeatsLoad load;
    final int agents;

    private final Installation installation = new Installation();
    private final Report report;

    HeartbeatsFleet(Report report, int agents, int intervalMs) throws Exception {
        this.report = report;
        this.agents = agents;
        this.load = new HeartbeatsLoad(installation.bootstrapServers(), topics, agents, PARTITIONS, intervalMs);
        report.say(
                "%,d agents, %d ms, %d bytes a heartbeat, %d partitions, one thread, -Xmx%s",
                agents, intervalMs, load.recordBytes(), PARTITIONS, HEAP);
    }

    static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    String bootstrapServers() {
        return installation.bootstrapServers();
    }

    Path folder() {
        return installation.folder();
    }

    MeasuredService start() throws Exception {
        MeasuredService processor = startUnready();
        processor.awaitReady();
        return processor;
    }

    /** With a backlog to read before it is ready. */
    MeasuredService startUnready() throws Exception {
        return installation.closeFirst(new MeasuredService(
                HeartbeatProcessorApplication.class,
                folder(),
                SERVICE,
                HEAP,
                bootstrapServers(),
                "ains.partitions=" + PARTITIONS));
    }

    /** Registers all agents; whoever is registered beats, as it would. */
    MeasuredService startAndRegister() throws Exception {
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
        awaitKnown(processor);
        report.say("registered in %.1f s", secondsSince(began));
        return processor;
    }

    /** Waits until the processor knows every agent. */
    void awaitKnown(MeasuredService processor) throws InterruptedException {
        while (processor.metric("ains_agents{") < agents) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The seconds from the start of a processor until it knows every agent again. */
    double secondsToStart() throws Exception {
        long began = System.nanoTime();
        try (MeasuredService processor = start()) {
            awaitKnown(processor);
            double seconds = secondsSince(began);
            processor.terminate();
            return seconds;
        }
    }

    void deleteState() throws Exception {
        try (var files = Files.walk(folder().resolve(SERVICE))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static List<TopicPartition> partitionsOf(String topic) {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    <K, V> KafkaConsumer<K, V> consumer(Deserializer<K> keys, Deserializer<V> values) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "max.poll.records",
                        1_000),
                keys,
                values);
    }

    @Override
    public void close() throws Exception {
        load.close();
        installation.close();
    }
}
