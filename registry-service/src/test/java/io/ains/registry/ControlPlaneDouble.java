package io.ains.registry;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A control plane for tests: reads the commands from the topics and answers what it read at once in one transaction, by
 * rules that are just enough for the registry to have something to tell. The real ones are other modules'.
 */
final class ControlPlaneDouble implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long CLOSE_TIMEOUT_MILLIS = 10_000;

    private final JsonSerde<RegistrationEvent> registrations = JsonSerde.of(RegistrationEvent.class);
    private final JsonSerde<HeartbeatEvent> heartbeats = JsonSerde.of(HeartbeatEvent.class);
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private final JsonSerde<TaskResult> results = JsonSerde.of(TaskResult.class);
    private final Topics topics;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final AgentsDouble agents = new AgentsDouble(this);
    private final TasksDouble tasks = new TasksDouble(this, agents);
    private final List<ProducerRecord<String, byte[]>> output = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "control-plane-double");
    private long tookAt;
    private volatile boolean mute;
    private volatile boolean held;
    private volatile boolean resting;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    ControlPlaneDouble(String bootstrapServers, Topics topics, int partitions) {
        this.topics = topics;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "double-" + UUID.randomUUID()),
                new StringSerializer(),
                new ByteArraySerializer());
        List<TopicPartition> inputs = new ArrayList<>();
        for (String topic : List.of(
                topics.agentRegistrations(), topics.agentHeartbeats(), topics.taskCommands(), topics.taskResults())) {
            for (int partition = 0; partition < partitions; partition++) {
                inputs.add(new TopicPartition(topic, partition));
            }
        }
        consumer.assign(inputs);
        consumer.seekToBeginning(inputs);
        producer.initTransactions();
        thread.start();
    }

    /** From now on it reads, and answers nothing. */
    void mute(boolean silent) {
        mute = silent;
    }

    /** Until this ends, it reads nothing, and afterwards all. */
    void hold(boolean still) {
        held = still;
        while (resting != still) {
            Thread.onSpinWait();
        }
    }

    private void run() {
        try (consumer;
                producer) {
            while (!closed) {
                resting = held;
                if (resting) {
                    LockSupport.parkNanos(POLL.toNanos());
                } else {
                    consumer.poll(POLL).forEach(this::take);
                    answer();
                }
            }
        } catch (WakeupException e) {
            // Closed by the test.
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (mute) {
            return;
        }
        long at = record.timestamp();
        if (record.topic().equals(topics.agentRegistrations())) {
            agents.take(registrations.deserialize(null, record.value()), at);
        } else if (record.topic().equals(topics.agentHeartbeats())) {
            agents.take(heartbeats.deserialize(null, record.value()), at);
        } else if (record.topic().equals(topics.taskCommands())) {
            tasks.take(commands.deserialize(null, record.value()), at);
        } else {
            tasks.take(results.deserialize(null, record.value()), at);
        }
        tookAt = at;
    }

    private void answer() {
        tasks.assignWhatWaits(tookAt);
        if (!output.isEmpty()) {
            producer.beginTransaction();
            output.forEach(producer::send);
            producer.commitTransaction();
            output.clear();
        }
    }

    void emit(AgentEvent event) {
        emit(
                topics.agentEvents(),
                event.agentId(),
                JsonSerde.of(AgentEvent.class).serialize(null, event));
    }

    void emit(TaskEvent event) {
        emit(topics.taskEvents(), event.taskId(), JsonSerde.of(TaskEvent.class).serialize(null, event));
    }

    void emitState(String agentId, @Nullable AgentState state) {
        emit(topics.agentStates(), agentId, JsonSerde.of(AgentState.class).serialize(null, state));
    }

    void emitDeadLetter(io.ains.protocol.DeadTask letter) {
        emit(
                topics.taskDeadLetters(),
                letter.task().taskId(),
                JsonSerde.of(io.ains.protocol.DeadTask.class).serialize(null, letter));
    }

    void removeDeadLetter(String taskId) {
        emit(topics.taskDeadLetters(), taskId, null);
    }

    private void emit(String topic, String key, byte @Nullable [] value) {
        output.add(new ProducerRecord<>(topic, key, value));
    }

    /** @throws IllegalStateException if it had ended by itself, which is why nothing was answered any more */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("the control plane ended: " + failure, failure);
        }
    }
}
