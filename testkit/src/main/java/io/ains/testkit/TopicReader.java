package io.ains.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one topic from its beginning, all partitions and committed records only, on a thread of its own, and lets a
 * test wait for what it expects to see.
 *
 * <p>Records of one partition come in their order; those of different partitions come as they are fetched. A
 * topic that does not exist yet is waited for. It goes on reading over an outage of the broker. All methods can be called from any thread.
 *
 * @param <T> what the values are decoded to; a tombstone's value stays null
 */
public final class TopicReader<T> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;
    private static final int SHOWN = 20;

    private final String topic;
    private final Function<byte[], T> decoder;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, T>> records = new ArrayList<>();
    private final Thread reading;
    private volatile boolean closed;
    private @Nullable Throwable failure;

    private TopicReader(String bootstrapServers, String topic, Function<byte[], T> decoder) {
        this.topic = topic;
        this.decoder = decoder;
        this.consumer = new KafkaConsumer<>(
                consumerConfig(bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer());
        this.reading = new Thread(this::read, "topic-reader-" + topic);
        this.reading.setDaemon(true);
    }

    /** Starts to read a topic of the shared {@link TestBroker} as raw bytes. */
    public static TopicReader<byte[]> ofBytes(String topic) {
        return of(topic, Function.identity());
    }

    /** Starts to read a topic of the shared {@link TestBroker}; a value that cannot be decoded fails the waiting test. */
    public static <T> TopicReader<T> of(String topic, Function<byte[], T> decoder) {
        return of(TestBroker.bootstrapServers(), topic, decoder);
    }

    /** Starts to read a topic of any broker. */
    public static <T> TopicReader<T> of(String bootstrapServers, String topic, Function<byte[], T> decoder) {
        TopicReader<T> reader = new TopicReader<>(bootstrapServers, topic, decoder);
        reader.reading.start();
        return reader;
    }

    private static Map<String, Object> consumerConfig(String bootstrapServers) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
    }

    private void read() {
        try (consumer) {
            List<TopicPartition> partitions = awaitPartitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                consumer.poll(POLL).forEach(this::take);
            }
        } catch (WakeupException | InterruptException | InterruptedException e) {
            // Closed by the test.
        } catch (RuntimeException | Error e) {
            synchronized (records) {
                failure = e;
            }
        }
    }

    private List<TopicPartition> awaitPartitions() throws InterruptedException {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        while (found == null || found.isEmpty()) {
            Thread.sleep(LOOK_AGAIN.toMillis());
            found = consumer.partitionsFor(topic);
        }
        return found.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    // Kafka's own types are not annotated: the value of a tombstone is null in both records.
    @SuppressWarnings("NullAway")
    private void take(ConsumerRecord<String, byte[]> raw) {
        T value = raw.value() == null ? null : decoder.apply(raw.value());
        ConsumerRecord<String, T> decoded = new ConsumerRecord<>(
                raw.topic(),
                raw.partition(),
                raw.offset(),
                raw.timestamp(),
                raw.timestampType(),
                raw.serializedKeySize(),
                raw.serializedValueSize(),
                raw.key(),
                value,
                raw.headers(),
                raw.leaderEpoch());
        synchronized (records) {
            records.add(decoded);
        }
    }

    /**
     * What has been read until now.
     *
     * @throws IllegalStateException when reading or decoding failed
     */
    public List<ConsumerRecord<String, T>> records() {
        synchronized (records) {
            if (failure != null) {
                throw new IllegalStateException("reading " + topic + " failed: " + failure.getMessage(), failure);
            }
            return List.copyOf(records);
        }
    }

    /** The values read until now, without tombstones. */
    public List<T> values() {
        return values(records());
    }

    /** The last value of each key read until now; a key whose last record is a tombstone is left out. */
    public Map<String, T> latestByKey() {
        Map<String, T> latest = new HashMap<>();
        for (ConsumerRecord<String, T> record : records()) {
            if (record.value() == null) {
                latest.remove(record.key());
            } else {
                latest.put(record.key(), record.value());
            }
        }
        return latest;
    }

    private static <T> List<T> values(List<ConsumerRecord<String, T>> records) {
        return records.stream()
                .map(ConsumerRecord::value)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Waits until the records read meet a condition.
     *
     * @return the records that met it
     * @throws AssertionError when they do not in time; it shows the last records
     * @throws IllegalStateException when reading or decoding failed
     */
    public List<ConsumerRecord<String, T>> await(
            Duration atMost, Predicate<List<ConsumerRecord<String, T>>> condition) {
        return awaitSeen(atMost, this::records, condition);
    }

    /** As {@link #await}, with the values only, and without tombstones. */
    public List<T> awaitValues(Duration atMost, Predicate<List<T>> condition) {
        return awaitSeen(atMost, this::values, condition);
    }

    private <S> List<S> awaitSeen(Duration atMost, Callable<List<S>> look, Predicate<List<S>> condition) {
        try {
            return Awaitility.await()
                    .atMost(atMost)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK_AGAIN)
                    .until(look, condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not seen in " + topic + " within " + atMost + "; " + describe(records()), e);
        }
    }

    private static <T> String describe(List<ConsumerRecord<String, T>> seen) {
        List<ConsumerRecord<String, T>> last = seen.subList(Math.max(0, seen.size() - SHOWN), seen.size());
        return seen.size() + " records, the last of them:"
                + last.stream().map(TopicReader::describe).collect(Collectors.joining());
    }

    private static <T> String describe(ConsumerRecord<String, T> record) {
        T value = record.value();
        String shown = value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "" + value;
        return "\n  " + record.partition() + "@" + record.offset() + " " + record.key() + " = " + shown;
    }

    /** Stops reading; what was read stays there to be asked for. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            reading.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
