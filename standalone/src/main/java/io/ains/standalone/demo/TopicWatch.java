package io.ains.standalone.demo;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the control plane says of tasks and agents, from the beginning. Its picture may be asked for by any thread. */
final class TopicWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final Topics topics = Topics.withDefaultPrefix();
    private final JsonSerde<TaskEvent> taskEvents = JsonSerde.of(TaskEvent.class);
    private final JsonSerde<AgentState> agentStates = JsonSerde.of(AgentState.class);
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private final Map<String, AgentStatus> agents = new HashMap<>();
    private final TaskTally tasks;
    private @Nullable RuntimeException failure;
    private volatile boolean closed;

    TopicWatch(String bootstrapServers, OpenTasks open) {
        tasks = new TaskTally(open);
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(topics.taskEvents(), topics.agentStates())
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = new Thread(this::read, "demo-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                consumer.poll(POLL).forEach(this::take);
            }
        } catch (WakeupException e) {
            // closed
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = e;
            }
        }
    }

    private synchronized void take(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.topic().equals(topics.taskEvents())) {
                tasks.add(taskEvents.deserialize(record.topic(), record.value()));
            } else if (record.value() == null) {
                agents.remove(record.key());
            } else {
                AgentState state = agentStates.deserialize(record.topic(), record.value());
                agents.put(state.agentId(), state.status());
            }
        } catch (SerializationException e) {
            log.warn("an unreadable record on {} is not counted: {}", record.topic(), e.getMessage());
        }
    }

    /**
     * What was read until now.
     *
     * @throws IllegalStateException if reading has failed
     */
    synchronized Picture picture() {
        if (failure != null) {
            throw new IllegalStateException("the topics can no longer be read", failure);
        }
        Map<AgentStatus, Integer> byStatus = new EnumMap<>(AgentStatus.class);
        agents.values().forEach(status -> byStatus.merge(status, 1, Integer::sum));
        return tasks.picture(byStatus);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
