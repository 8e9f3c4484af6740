package io.ains.benchmarks;

import io.ains.agent.Agent;
import io.ains.agent.TaskClient;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.standalone.Standalone;
import io.ains.standalone.StandaloneSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What it costs an agent that its neighbours' assignments lie on its partition: processor time per record of the reading
 * thread, of three readers at once and of the same records: an agent, the consumer alone (the floor), and a consumer that
 * parses every record (what the agent is spared).
 */
final class ForeignRecords {
    private static final int INPUT_CHARS = 200;
    private static final String AGENT = "measured";
    private static final String CAPABILITY = "crowded";
    private static final Duration POLL = Duration.ofMillis(250);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ForeignRecords() {}

    static void run(Report report, boolean quick) throws Exception {
        int records = quick ? 10_000 : 1_000_000;
        Path data = Files.createTempDirectory("ains-foreign-records");
        String topic = Topics.withDefaultPrefix().capability(CAPABILITY);
        try (Standalone ains = Standalone.start(StandaloneSettings.in(data));
                Agent agent = start(ains.bootstrapServers());
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(ains.bootstrapServers())
                        .connect();
                Reader floor = new Reader("floor", ains.bootstrapServers(), topic, record -> {});
                JsonReader parsing = new JsonReader(ains.bootstrapServers(), topic)) {
            awaitKnown(client);
            write(ains.bootstrapServers(), topic, records / 5);
            end(client, "warm");
            long agentBefore = cpuOf("ains-agent-" + AGENT);
            long floorBefore = cpuOf("floor");
            long parsingBefore = cpuOf("parsing");
            long began = System.nanoTime();

            write(ains.bootstrapServers(), topic, records);

            // its own task comes last: then the agent has read all the others
            end(client, "last");
            double seconds = (System.nanoTime() - began) / 1e9;
            floor.awaitIdle();
            parsing.reader.awaitIdle();
            report.say("%,d foreign records of %d bytes at %,.0f a second", records, value().length, records / seconds);
            report.row("a consumer alone (the floor)", perRecord(cpuOf("floor") - floorBefore, records));
            report.row("an agent", perRecord(cpuOf("ains-agent-" + AGENT) - agentBefore, records));
            report.row("a consumer that parses", perRecord(cpuOf("parsing") - parsingBefore, records));
            if (!agent.isRunning()) {
                throw new IllegalStateException("expected the agent to run to the end");
            }
        }
    }

    private static Map<String, Double> perRecord(long cpuNanos, int records) {
        return Report.figures("cpu_ns_per_record", (double) cpuNanos / records);
    }

    private static Agent start(String bootstrapServers) {
        return Agent.builder(AGENT)
                .bootstrapServers(bootstrapServers)
                .capability(CAPABILITY, task -> null)
                .capabilityPartitions(1)
                .build()
                .start();
    }

    private static void awaitKnown(TaskClient client) throws InterruptedException {
        for (int n = 0; ; n++) {
            try {
                client.submit(task("probe-" + n)).accepted().get(30, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "benchmark", CAPABILITY).build();
    }

    private static void end(TaskClient client, String id) throws Exception {
        client.submitAndWait(task(id), Duration.ofMinutes(2));
    }

    private static byte[] value() {
        TaskDelivery delivery = new TaskAssignment(
                "task-1",
                "neighbour",
                "session",
                1,
                CAPABILITY,
                CAPABILITY,
                "client",
                "type",
                Json.MAPPER.valueToTree(Map.of("text", "x".repeat(INPUT_CHARS))),
                null,
                5,
                300,
                1);
        return Json.MAPPER.writerFor(TaskDelivery.class).writeValueAsBytes(delivery);
    }

    private static void write(String bootstrapServers, String topic, int count) {
        byte[] value = value();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, "neighbour-" + i % 1000, value));
            }
        }
    }

    private static long cpuOf(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(candidate -> candidate.getName().equals(thread))
                .mapToLong(candidate -> THREADS.getThreadCpuTime(candidate.getId()))
                .findFirst()
                .orElseThrow();
    }

    /** Reads the topic's only partition from its present end. */
    private static final class Reader implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Consumer<ConsumerRecord<byte[], byte[]>> sink;
        private final Thread thread;
        private volatile boolean stopped;
        private volatile long lastRecord = System.nanoTime();

        Reader(String name, String bootstrapServers, String topic, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
            this.sink = sink;
            consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> only = List.of(new TopicPartition(topic, 0));
            consumer.assign(only);
            consumer.seekToEnd(only);
            consumer.position(only.get(0));
            thread = new Thread(this::run, name);
            thread.start();
        }

        private void run() {
            try (consumer) {
                while (!stopped) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        sink.accept(record);
                        lastRecord = System.nanoTime();
                    }
                }
            }
        }

        void awaitIdle() throws InterruptedException {
            while (System.nanoTime() - lastRecord < TimeUnit.SECONDS.toNanos(1)) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }

    /** Parses what it reads, whoever it is for. */
    private static final class JsonReader implements AutoCloseable {
        private final JsonSerde<TaskDelivery> serde = JsonSerde.of(TaskDelivery.class);
        private final Reader reader;
        private volatile long attempts;

        JsonReader(String bootstrapServers, String topic) {
            reader = new Reader(
                    "parsing",
                    bootstrapServers,
                    topic,
                    record -> attempts = serde.deserialize(null, record.value()).attempt());
        }

        @Override
        public void close() throws InterruptedException {
            reader.close();
        }
    }
}
