package io.ains.benchmarks;

import io.ains.agent.TaskClient;
import io.ains.protocol.Json;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import io.ains.standalone.Standalone;
import io.ains.standalone.StandaloneSettings;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How long after a task's event was acknowledged by the broker its follower has it: through the task client, and through
 * a consumer alone (the floor), one after the other in each round.
 */
final class TaskClientLatency {
    private static final int WARM_UP = 200;

    private TaskClientLatency() {}

    static void run(Report report, boolean quick) throws Exception {
        String topic = Topics.withDefaultPrefix().taskEvents();
        try (Standalone ains = Standalone.start(StandaloneSettings.in(Files.createTempDirectory("ains-latency")));
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(ains.bootstrapServers())
                        .connect();
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", ains.bootstrapServers(), "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", ains.bootstrapServers(), "linger.ms", 0),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(all);
            int rounds = quick ? 20 : 1_000;
            long[] throughClient = new long[rounds];
            long[] floor = new long[rounds];
            for (int n = -WARM_UP; n < rounds; n++) {
                String id = "latency-" + n;
                long client1 = followed(client, producer, topic, id);
                long floor1 = consumed(consumer, producer, topic, id + "-floor", all);
                if (n >= 0) {
                    throughClient[n] = client1;
                    floor[n] = floor1;
                }
            }
            report.row("a consumer alone (the floor)", Report.percentiles(floor));
            report.row("the task client", Report.percentiles(throughClient));
        }
    }

    private static long followed(TaskClient client, KafkaProducer<String, byte[]> producer, String topic, String id)
            throws Exception {
        try (Stream<TaskEvent> events = client.follow(id)) {
            Iterator<TaskEvent> iterator = events.iterator();
            long sent = send(producer, topic, id);
            iterator.next();
            return System.nanoTime() - sent;
        }
    }

    private static long consumed(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<String, byte[]> producer,
            String topic,
            String id,
            List<TopicPartition> all)
            throws Exception {
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        long sent = send(producer, topic, id);
        while (consumer.poll(Duration.ofSeconds(1)).isEmpty()) {
            // waits for the one record
        }
        return System.nanoTime() - sent;
    }

    /** When the broker has it, by {@link System#nanoTime}. */
    private static long send(KafkaProducer<String, byte[]> producer, String topic, String id) throws Exception {
        TaskEvent event = new TaskEvent.Expired(id, "latency", 1, null, null, 0);
        producer.send(new ProducerRecord<>(
                        topic, id, Json.MAPPER.writerFor(TaskEvent.class).writeValueAsBytes(event)))
                .get();
        return System.nanoTime();
    }
}
