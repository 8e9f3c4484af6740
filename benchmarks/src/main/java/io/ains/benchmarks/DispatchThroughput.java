package io.ains.benchmarks;

import io.ains.agent.TaskClient;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Complete lifecycles a second (submitted, assigned, started, completed) while there is always enough to do, beside a
 * plain producer and consumer that move as many records and bytes as a task was found to take.
 */
final class DispatchThroughput implements Benchmark {
    private static final int AGENTS = 4;
    private static final int SLOTS = 250;
    private static final int OUTSTANDING = 2_000;
    private static final int PARTITIONS = 4;
    private static final String FLOOR = "floor";
    private static final byte[] COMPLETED = "{\"type\":\"TaskCompleted\"".getBytes(StandardCharsets.UTF_8);

    private record Moved(long records, long bytes) {
        Moved since(Moved before) {
            return new Moved(records - before.records, bytes - before.bytes);
        }
    }

    private final Topics topics = Topics.withDefaultPrefix();
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private int sequence;

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int tasks = quick ? 300 : 20_000;
        int rounds = quick ? 1 : 3;
        List<String> four =
                IntStream.range(0, PARTITIONS).mapToObj(i -> "four-" + i).toList();
        List<String> one = List.of("one");
        try (Installation installation = new Installation();
                Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(FLOOR, PARTITIONS, (short) 1)))
                    .all()
                    .get();
            installation.heartbeatProcessor("fleet");
            installation.dispatcher("dispatcher");
            for (int i = 0; i < AGENTS; i++) {
                installation.agent("agent-" + i, SLOTS, List.of("one", four.get(i)), task -> null);
            }
            TaskClient client = installation.client();
            Installation.awaitKnown(client, one, "one");
            Installation.awaitKnown(client, four, "four");
            work(installation, four, 200, quick ? 300 : 30_000);
            for (List<String> capabilities : List.of(one, four)) {
                for (int bytes : new int[] {200, 8_192}) {
                    List<Map<String, Double>> all = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        all.add(round(installation, admin, capabilities, bytes, bytes > 1_000 ? tasks / 4 : tasks));
                    }
                    report.row(
                            capabilities.size() + " capabilities, inputs of " + bytes + " bytes", Report.medians(all));
                }
            }
        }
    }

    private Map<String, Double> round(
            Installation installation, Admin admin, List<String> capabilities, int bytes, int tasks) throws Exception {
        Moved before = moved(admin);
        double perSecond = work(installation, capabilities, bytes, tasks);
        Moved moved = moved(admin).since(before);
        double floor = plain(installation, moved, tasks);
        return Report.figures(
                "tasks_per_s", perSecond,
                "floor_tasks_per_s", floor,
                "of_floor", perSecond / floor,
                "records_per_task", (double) moved.records / tasks,
                "bytes_per_task", (double) moved.bytes / tasks);
    }

    /** Tasks a second, from the first submission to the last completion. */
    private double work(Installation installation, List<String> capabilities, int bytes, int tasks) throws Exception {
        String text = "x".repeat(bytes);
        Semaphore free = new Semaphore(OUTSTANDING);
        try (KafkaConsumer<byte[], byte[]> events = consumer(installation, topics.taskEvents());
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", installation.bootstrapServers(), "linger.ms", 2),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            long began = System.nanoTime();
            Thread submitting = new Thread(() -> {
                for (int i = 0; i < tasks; i++) {
                    free.acquireUninterruptibly();
                    String capability = capabilities.get(i % capabilities.size());
                    TaskSpec task = TaskSpec.of("task-" + sequence++, "client", capability)
                            .inputData(Json.MAPPER.createObjectNode().put("text", text))
                            .build();
                    producer.send(new ProducerRecord<>(
                            topics.taskCommands(),
                            capability,
                            commands.serialize(null, new TaskCommand.SubmitTask(null, task))));
                }
            });
            submitting.start();
            for (int completed = 0; completed < tasks; ) {
                for (ConsumerRecord<byte[], byte[]> event : events.poll(Duration.ofMillis(100))) {
                    if (isCompletion(event.value())) {
                        completed++;
                        free.release();
                    }
                }
                if (System.nanoTime() - began > TimeUnit.MINUTES.toNanos(5)) {
                    throw new IllegalStateException(completed + " of " + tasks + " tasks were completed in 5 minutes");
                }
            }
            submitting.join();
            return tasks / ((System.nanoTime() - began) / 1e9);
        }
    }

    private static boolean isCompletion(byte[] event) {
        for (int i = 0; i < COMPLETED.length; i++) {
            if (i >= event.length || event[i] != COMPLETED[i]) {
                return false;
            }
        }
        return true;
    }

    /** All that lies on AINS's topics, and on those of its stores. */
    private static Moved moved(Admin admin) throws Exception {
        Set<String> names = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith("ains."))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        admin.describeTopics(names)
                .allTopicNames()
                .get()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition ->
                                ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        long records = admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
        long bytes = admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> names.contains(replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
        return new Moved(records, bytes);
    }

    /** As many tasks a second as a plain producer and a plain consumer could move the records of. */
    private static double plain(Installation installation, Moved moved, int tasks) throws Exception {
        byte[] value = new byte[Math.toIntExact(Math.max(1, moved.bytes / moved.records))];
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(installation, FLOOR);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", installation.bootstrapServers(), "linger.ms", 2),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            long began = System.nanoTime();
            Thread producing = new Thread(() -> {
                for (long i = 0; i < moved.records; i++) {
                    producer.send(new ProducerRecord<>(FLOOR, (int) (i % PARTITIONS), null, value));
                }
                producer.flush();
            });
            producing.start();
            for (long seen = 0; seen < moved.records; ) {
                seen += consumer.poll(Duration.ofMillis(100)).count();
            }
            producing.join();
            return tasks / ((System.nanoTime() - began) / 1e9);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Installation installation, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", installation.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        return consumer;
    }
}
