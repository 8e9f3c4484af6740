package io.ains.service;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Set;

/**
 * Keeps of the many hundred meters of Kafka's clients and of Kafka Streams those that an operator acts upon, for each
 * thread and client: none of single tasks, stores, nodes or partitions, which grow with the installation.
 */
final class KafkaMeters implements MeterFilter {
    private static final Set<String> KEPT = Set.of(
            "kafka.stream.alive.stream.threads",
            "kafka.stream.client.state",
            "kafka.stream.failed.stream.threads",
            "kafka.stream.thread.commit.latency.avg",
            "kafka.stream.thread.commit.latency.max",
            "kafka.stream.thread.commit.total",
            "kafka.stream.thread.commit.ratio",
            "kafka.stream.thread.poll.ratio",
            "kafka.stream.thread.process.latency.avg",
            "kafka.stream.thread.process.latency.max",
            "kafka.stream.thread.process.ratio",
            "kafka.stream.thread.process.total",
            "kafka.stream.thread.punctuate.ratio",
            "kafka.consumer.coordinator.assigned.partitions",
            "kafka.consumer.coordinator.last.rebalance.seconds.ago",
            "kafka.consumer.coordinator.rebalance.latency.max",
            "kafka.consumer.coordinator.rebalance.total",
            "kafka.consumer.fetch.manager.bytes.consumed.total",
            "kafka.consumer.fetch.manager.fetch.latency.avg",
            "kafka.consumer.fetch.manager.fetch.latency.max",
            "kafka.consumer.fetch.manager.records.consumed.total",
            "kafka.consumer.last.poll.seconds.ago",
            "kafka.consumer.time.between.poll.max",
            "kafka.producer.batch.size.avg",
            "kafka.producer.buffer.available.bytes",
            "kafka.producer.outgoing.byte.total",
            "kafka.producer.record.error.total",
            "kafka.producer.record.retry.total",
            "kafka.producer.record.send.total",
            "kafka.producer.request.latency.avg",
            "kafka.producer.request.latency.max",
            "kafka.producer.txn.commit.time.ns.total");

    /**
     * Not the topic: a consumer's totals come first without it and then, in their place, with it; and the services read
     * a few fixed topics.
     */
    private static final Set<String> GROWING_TAGS = Set.of("partition", "node.id", "node-id", "task.id", "task-id");

    private static final Set<String> TOLD_ELSEWHERE = Set.of("kafka.version", "spring.id");

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        boolean kafka = id.getName().startsWith("kafka.");
        return kafka && !isKept(id) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    private static boolean isKept(Meter.Id id) {
        return KEPT.contains(id.getName())
                && id.getTags().stream().noneMatch(tag -> GROWING_TAGS.contains(tag.getKey()));
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        return id.getName().startsWith("kafka.")
                ? id.replaceTags(id.getTags().stream()
                        .filter(tag -> !TOLD_ELSEWHERE.contains(tag.getKey()))
                        .toList())
                : id;
    }
}
