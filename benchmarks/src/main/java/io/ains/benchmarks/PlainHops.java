package io.ains.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The floor of a dispatch: produce with acks=all, consume, produce, consume, and nothing decided in between. */
final class PlainHops implements AutoCloseable {
    private static final String TOPIC = "floor-hop-";

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> first;
    private final KafkaProducer<byte[], byte[]> second;

    PlainHops(String bootstrapServers) throws Exception {
        this.bootstrapServers = bootstrapServers;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC + 1, 1, (short) 1), new NewTopic(TOPIC + 2, 1, (short) 1)))
                    .all()
                    .get();
        }
        this.first = producer();
        this.second = producer();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The time of each record from its production to the end of its second hop, in nanoseconds. */
    long[] measure(int perSecond, int seconds) throws Exception {
        int count = perSecond * seconds;
        long[] times = new long[count];
        AtomicInteger seen = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        try (AutoCloseable one = consuming(1, value -> second.send(new ProducerRecord<>(TOPIC + 2, value)));
                AutoCloseable two = consuming(2, value -> {
                    int number = seen.getAndIncrement();
                    times[number] = System.nanoTime() - Long.parseLong(new String(value, 0, 20).strip());
                    if (number + 1 == count) {
                        all.complete(null);
                    }
                })) {
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

    private AutoCloseable consuming(int hop, Consumer<byte[]> sink) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(TOPIC + hop, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        boolean[] closed = {false};
        Thread thread = new Thread(() -> {
            while (!closed[0]) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> sink.accept(record.value()));
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
    }
}
