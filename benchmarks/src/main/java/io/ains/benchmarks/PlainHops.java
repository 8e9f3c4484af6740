package io.ains.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The floor of a dispatch: produce with acks=all, consume, produce, consume, and nothing decided in between. The second
 * production can be a transaction, with the offset of what was consumed, which is the least that exactly-once takes.
 */
final class PlainHops implements AutoCloseable {
    private static final String TOPIC = "floor-hop-";

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> first;
    private final KafkaProducer<byte[], byte[]> second;
    private final KafkaProducer<byte[], byte[]> transactional;

    PlainHops(String bootstrapServers) throws Exception {
        this.bootstrapServers = bootstrapServers;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC + 1, 1, (short) 1), new NewTopic(TOPIC + 2, 1, (short) 1)))
                    .all()
                    .get();
        }
        this.first = producer(Map.of());
        this.second = producer(Map.of());
        // With Kafka's own settings a transaction that follows another at once waits for a backoff of 100 ms.
        this.transactional = producer(
                Map.of("transactional.id", "floor", "retry.backoff.ms", 5, "max.in.flight.requests.per.connection", 1));
        transactional.initTransactions();
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrapServers);
        config.put("linger.ms", 0);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The time of each record from its production to the end of its second hop, in nanoseconds. */
    long[] measure(int perSecond, int seconds) throws Exception {
        return measure(
                perSecond,
                seconds,
                records -> records.forEach(record -> second.send(new ProducerRecord<>(TOPIC + 2, record.value()))));
    }

    /** As {@link #measure}, but what one poll brings is sent on in one transaction. */
    long[] measureTransactions(int perSecond, int seconds) throws Exception {
        return measure(perSecond, seconds, records -> {
            if (records.isEmpty()) {
                return;
            }
            transactional.beginTransaction();
            records.forEach(record -> transactional.send(new ProducerRecord<>(TOPIC + 2, record.value())));
            transactional.sendOffsetsToTransaction(records.nextOffsets(), new ConsumerGroupMetadata("floor"));
            transactional.commitTransaction();
        });
    }

    private long[] measure(int perSecond, int seconds, Consumer<ConsumerRecords<byte[], byte[]>> relay)
            throws Exception {
        int count = perSecond * seconds;
        long[] times = new long[count];
        AtomicInteger seen = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        try (AutoCloseable one = consuming(1, relay);
                AutoCloseable two = consuming(
                        2,
                        records -> records.forEach(record -> {
                            int number = seen.getAndIncrement();
                            times[number] =
                                    System.nanoTime() - Long.parseLong(new String(record.value(), 0, 20).strip());
                            if (number + 1 == count) {
                                all.complete(null);
                            }
                        }))) {
            Pace.evenly(
                    perSecond,
                    count,
                    number -> first.send(new ProducerRecord<>(
                            TOPIC + 1,
                            String.format(Locale.ROOT, "%-300d", System.nanoTime())
                                    .getBytes())));
            all.get(60, TimeUnit.SECONDS);
        }
        return times;
    }

    private AutoCloseable consuming(int hop, Consumer<ConsumerRecords<byte[], byte[]>> sink) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(TOPIC + hop, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        boolean[] closed = {false};
        Thread thread = new Thread(() -> {
            while (!closed[0]) {
                sink.accept(consumer.poll(Duration.ofMillis(50)));
            }
            consumer.close();
        });
        thread.start();
        return () -> {
            closed[0] = true;
            thread.join();
        };
    }

    @Override
    public void close() {
        first.close();
        second.close();
        transactional.close();
    }
}
