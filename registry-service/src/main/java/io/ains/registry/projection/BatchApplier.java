package io.ains.registry.projection;

import io.ains.protocol.Topics;
import io.ains.service.DeadLetters;
import io.ains.service.ServiceSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what one poll returned into the tables, in one transaction, and then tells of it. A record that cannot be read
 * or applied is in the dead letters before the offsets pass it. One thread.
 */
final class BatchApplier implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BatchApplier.class);

    private final String deadLetterTopic;
    private final RecordReader reader;
    private final ProjectionStore store;
    private final Producer<byte[], byte[]> deadLetters;
    private final Timer batches;
    private final Counter applied;
    private final Counter setAside;

    BatchApplier(
            ServiceSettings settings, Topics topics, RecordReader reader, ProjectionStore store, MeterRegistry meters) {
        this.deadLetterTopic = topics.deadLetters();
        this.reader = reader;
        this.store = store;
        Map<String, Object> config = settings.clientConfig();
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        this.deadLetters = new KafkaProducer<>(config);
        this.batches = Timer.builder("ains.registry.projection.batch")
                .description("Time to bring one poll's records into the tables")
                .register(meters);
        this.applied = Counter.builder("ains.registry.projection.records")
                .description("Records brought into the tables")
                .register(meters);
        this.setAside = Counter.builder("ains.registry.projection.dead.letters")
                .description("Records that could not be read or applied")
                .register(meters);
    }

    /**
     * Applies a batch.
     *
     * @param from where the session's reading of each partition stood; afterwards where it stands
     * @throws RuntimeException if the database or Kafka fails: then nothing of it counts, or only whole records of it
     */
    void apply(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> from, Map<String, Uuid> topicIds)
            throws InterruptedException {
        long began = System.nanoTime();
        List<Change> changes = read(records);
        Map<TopicPartition, Long> next = new HashMap<>();
        records.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
        try {
            store.apply(changes, from, next, topicIds);
        } catch (RuntimeException e) {
            if (!ProjectionStore.isFaultOfTheRecord(e)) {
                throw e;
            }
            changes = applyOneByOne(changes, from, topicIds);
            store.apply(List.of(), from, next, topicIds);
        }
        from.putAll(next);
        changes.forEach(change -> change.announce().run());
        applied.increment(changes.size());
        batches.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
    }

    private List<Change> read(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        List<Change> changes = new ArrayList<>(records.count());
        List<Future<RecordMetadata>> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> found : records) {
            try {
                changes.add(reader.read(found));
            } catch (RuntimeException e) {
                letters.add(setAside(found, e));
            }
        }
        for (Future<RecordMetadata> letter : letters) {
            await(letter);
        }
        return changes;
    }

    /** One record of the batch is at fault, and this finds which: the others count, each in its own transaction. */
    private List<Change> applyOneByOne(List<Change> changes, Map<TopicPartition, Long> from, Map<String, Uuid> topicIds)
            throws InterruptedException {
        List<Change> good = new ArrayList<>();
        for (Change change : changes) {
            ConsumerRecord<byte[], byte[]> origin = change.origin();
            var passed = Map.of(new TopicPartition(origin.topic(), origin.partition()), origin.offset() + 1);
            try {
                store.apply(List.of(change), from, passed, topicIds);
                good.add(change);
            } catch (RuntimeException e) {
                if (!ProjectionStore.isFaultOfTheRecord(e)) {
                    good.forEach(each -> each.announce().run());
                    throw e;
                }
                await(setAside(origin, e));
            }
        }
        return good;
    }

    private Future<RecordMetadata> setAside(ConsumerRecord<byte[], byte[]> found, RuntimeException failure) {
        log.atWarn()
                .addKeyValue("topic", found.topic())
                .addKeyValue("partition", found.partition())
                .addKeyValue("offset", found.offset())
                .log("record goes to the dead letters: {}", failure.getMessage());
        setAside.increment();
        return deadLetters.send(DeadLetters.of(
                deadLetterTopic,
                "registry-service",
                found.topic(),
                found.partition(),
                found.offset(),
                found.key(),
                found.value(),
                failure));
    }

    private static void await(Future<RecordMetadata> letter) throws InterruptedException {
        try {
            letter.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a dead letter could not be written", e.getCause());
        }
    }

    @Override
    public void close() {
        deadLetters.close();
    }
}
