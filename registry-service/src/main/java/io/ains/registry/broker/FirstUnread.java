package io.ains.registry.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the first record that a group has not read yet, of each partition on which it is behind: its time says for how
 * long it has waited, whether or not the group's consumers live. Where there is none, all that lies behind the group's
 * offset are the ends of transactions. One thread.
 */
final class FirstUnread implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** A partition gives at least one batch, however long it is. */
    private static final int FETCH_BYTES = 1_024;

    private final Consumer<byte[], byte[]> consumer;

    FirstUnread(Map<String, Object> clientConfig) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        this.consumer = new KafkaConsumer<>(config);
    }

    /** When a record was written, in milliseconds since the epoch, by partition; −1 where there is none. */
    static final long NO_RECORD = -1;

    /**
     * Looks at each partition.
     *
     * @param committed the group's offsets
     * @param ends where the partitions end
     * @param atMost how long to look; what is not known by then is not in the result
     */
    Map<TopicPartition, Long> writtenAt(
            Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends, Duration atMost) {
        Map<TopicPartition, Long> found = new HashMap<>();
        consumer.assign(committed.keySet());
        committed.forEach(consumer::seek);
        long deadline = System.nanoTime() + atMost.toNanos();
        while (found.size() < committed.size() && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                found.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.timestamp());
            }
            Set<TopicPartition> open = new HashSet<>(committed.keySet());
            open.removeAll(found.keySet());
            for (TopicPartition partition : open) {
                if (consumer.position(partition, atMost) >= ends.getOrDefault(partition, Long.MAX_VALUE)) {
                    found.put(partition, NO_RECORD);
                }
            }
            consumer.pause(found.keySet());
        }
        consumer.unsubscribe();
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
