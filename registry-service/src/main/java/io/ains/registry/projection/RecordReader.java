package io.ains.registry.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.DeadTask;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import io.ains.service.EventLog;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands the records of the topics that are projected. */
final class RecordReader {
    private static final Logger log = LoggerFactory.getLogger(RecordReader.class);
    private static final Runnable NOTHING = () -> {};

    private final JsonSerde<AgentState> states = JsonSerde.of(AgentState.class);
    private final JsonSerde<AgentEvent> agentEvents = JsonSerde.of(AgentEvent.class);
    private final JsonSerde<TaskEvent> taskEvents = JsonSerde.of(TaskEvent.class);
    private final JsonSerde<DeadTask> deadTasks = JsonSerde.of(DeadTask.class);
    private final ProjectionStore store;
    private final List<ProjectionListener> listeners;
    private final Map<String, Function<ConsumerRecord<byte[], byte[]>, Change>> readers;

    RecordReader(Topics topics, ProjectionStore store, List<ProjectionListener> listeners) {
        this.store = store;
        this.listeners = listeners;
        this.readers = Map.of(
                topics.agentStates(), this::state,
                topics.agentEvents(), this::agentEvent,
                topics.taskEvents(), this::taskEvent,
                topics.taskDeadLetters(), this::deadTask);
    }

    Set<String> topics() {
        return readers.keySet();
    }

    /** @throws RuntimeException if the record is garbage */
    Change read(ConsumerRecord<byte[], byte[]> found) {
        return Objects.requireNonNull(readers.get(found.topic())).apply(found);
    }

    private Change state(ConsumerRecord<byte[], byte[]> found) {
        String agentId = new String(found.key(), UTF_8);
        AgentState state = states.deserialize(found.topic(), found.value());
        return new Change(
                found,
                () -> store.agents().want(agentId),
                () -> store.agents().say(agentId, found.offset(), state),
                NOTHING);
    }

    private Change agentEvent(ConsumerRecord<byte[], byte[]> found) {
        AgentEvent event = agentEvents.deserialize(found.topic(), present(found));
        return new Change(found, NOTHING, () -> store.trust().apply(found.partition(), found.offset(), event), () -> {
            EventLog.of(event, "projected");
            tell(listener -> listener.agentProjected(projected(found, event)));
        });
    }

    private Change taskEvent(ConsumerRecord<byte[], byte[]> found) {
        TaskEvent event = taskEvents.deserialize(found.topic(), present(found));
        return new Change(
                found, () -> store.tasks().prepare(event), () -> store.tasks().apply(found.offset(), event), () -> {
                    EventLog.of(event, "projected");
                    tell(listener -> listener.taskProjected(projected(found, event)));
                });
    }

    private Change deadTask(ConsumerRecord<byte[], byte[]> found) {
        String taskId = new String(found.key(), UTF_8);
        DeadTask letter = deadTasks.deserialize(found.topic(), found.value());
        return new Change(found, NOTHING, () -> store.deadLetters().apply(taskId, letter), NOTHING);
    }

    private static <E> ProjectionListener.Projected<E> projected(ConsumerRecord<?, ?> found, E event) {
        return new ProjectionListener.Projected<>(
                event, new TopicPartition(found.topic(), found.partition()), found.offset());
    }

    private static byte[] present(ConsumerRecord<byte[], byte[]> found) {
        if (found.value() == null) {
            throw new SerializationException("expected a value, but there is none");
        }
        return found.value();
    }

    private void tell(Consumer<ProjectionListener> what) {
        for (ProjectionListener listener : listeners) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                // The tables are right; who waits runs into their deadline.
                log.error("a listener of the projection failed", e);
            }
        }
    }
}
