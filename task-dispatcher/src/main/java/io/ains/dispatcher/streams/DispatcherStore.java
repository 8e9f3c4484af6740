package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.AgentRecord;
import io.ains.dispatcher.domain.Dispatcher;
import io.ains.dispatcher.domain.TaskArchive;
import io.ains.dispatcher.domain.TaskRecord;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The one store of a partition, and what lies in it: capabilities, agents, tasks, and apart from the tasks, because it
 * they are large, what each is to do and what came of it.
 */
final class DispatcherStore implements TaskArchive {
    private static final String CAPABILITY = "capability/";
    private static final String AGENT = "agent/";
    private static final String TASK = "task/";
    private static final String SPEC = "spec/";
    private static final String RESULT = "result/";
    private static final String TRACE = "trace/";

    /**
     * Of what is stored. A later release must still read this one; this one does not read a later one's, so that a
     * rollback never writes over what it cannot read.
     */
    private static final int FORMAT = 1;

    /** A larger result is told once, in its event, and not kept for who submits the task again. */
    private static final int MAX_KEPT_RESULT = 64 * 1024;

    private record StoredTask(int format, TaskRecord task) {
        StoredTask {
            checkFormat(format);
        }
    }

    private record StoredAgent(int format, AgentRecord agent) {
        StoredAgent {
            checkFormat(format);
        }
    }

    private static void checkFormat(int format) {
        if (format != FORMAT) {
            throw new IllegalArgumentException("expected stored tasks of format " + FORMAT + ", but got " + format
                    + ": start the release that wrote them");
        }
    }

    private static final JsonSerde<StoredTask> TASKS = JsonSerde.of(StoredTask.class);
    private static final JsonSerde<StoredAgent> AGENTS = JsonSerde.of(StoredAgent.class);
    private static final JsonSerde<TaskSpec> SPECS = JsonSerde.of(TaskSpec.class);
    private static final JsonSerde<JsonNode> RESULTS = JsonSerde.of(JsonNode.class);

    private final KeyValueStore<String, byte[]> store;
    private @Nullable TaskSpec lastSpec;

    DispatcherStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /**
     * Gives a new dispatcher all that is stored.
     *
     * @return the capabilities, whose topics are to be checked
     */
    List<String> restore(Dispatcher dispatcher) {
        List<String> capabilities = new ArrayList<>();
        scan(CAPABILITY, (key, value) -> capabilities.add(key));
        capabilities.forEach(dispatcher::restoreCapability);
        scan(
                AGENT,
                (key, value) ->
                        dispatcher.restore(AGENTS.deserialize(null, value).agent()));
        List<TaskRecord> ended = new ArrayList<>();
        scan(TASK, (key, value) -> {
            TaskRecord task = TASKS.deserialize(null, value).task();
            if (task.status().isTerminal()) {
                ended.add(task);
            } else {
                dispatcher.restore(task);
            }
        });
        ended.sort(Comparator.comparingLong(TaskRecord::endedAt));
        ended.forEach(dispatcher::restore);
        return capabilities;
    }

    private interface Visit {
        void entry(String key, byte[] value);
    }

    private void scan(String prefix, Visit visit) {
        try (KeyValueIterator<String, byte[]> entries = store.prefixScan(prefix, new StringSerializer())) {
            entries.forEachRemaining(entry -> visit.entry(entry.key.substring(prefix.length()), entry.value));
        }
    }

    void putCapability(String name) {
        store.put(CAPABILITY + name, new byte[] {FORMAT});
    }

    void put(AgentRecord agent, boolean gone) {
        String key =
                AGENT + agent.capacity().capability() + "/" + agent.capacity().agentId();
        store.put(key, gone ? null : AGENTS.serialize(null, new StoredAgent(FORMAT, agent)));
    }

    /** Stores a task, with its result if it has just got one that is small enough. */
    void put(TaskRecord task, @Nullable JsonNode result) {
        store.put(TASK + task.taskId(), TASKS.serialize(null, new StoredTask(FORMAT, task)));
        if (result != null) {
            byte[] bytes = RESULTS.serialize(null, result);
            if (bytes.length <= MAX_KEPT_RESULT) {
                store.put(RESULT + task.taskId(), bytes);
            }
        }
        switch (task.status()) {
            case COMPLETED, CANCELLED, EXPIRED -> store.delete(SPEC + task.taskId());
            // A FAILED task may be asked for again.
            case SCHEDULED, PENDING, ASSIGNED, ACTIVE, FAILED -> {}
        }
    }

    void putSpec(TaskSpec spec) {
        lastSpec = spec;
        store.put(SPEC + spec.taskId(), SPECS.serialize(null, spec));
    }

    /** What a live or FAILED task is to do. */
    TaskSpec spec(String taskId) {
        TaskSpec last = lastSpec;
        if (last != null && last.taskId().equals(taskId)) {
            return last;
        }
        byte[] stored = store.get(SPEC + taskId);
        if (stored == null) {
            throw new IllegalStateException("expected the spec of task " + taskId + " in the store, but there is none");
        }
        return SPECS.deserialize(null, stored);
    }

    void putTrace(String taskId, String traceparent) {
        store.put(TRACE + taskId, traceparent.getBytes(StandardCharsets.US_ASCII));
    }

    /** The traces that tasks belong to, by task; only of tasks that belong to one. */
    Map<String, String> traces() {
        Map<String, String> traces = new HashMap<>();
        scan(TRACE, (taskId, value) -> traces.put(taskId, new String(value, StandardCharsets.US_ASCII)));
        return traces;
    }

    void forgetTrace(String taskId) {
        store.delete(TRACE + taskId);
    }

    void forget(String taskId) {
        store.delete(TASK + taskId);
        store.delete(SPEC + taskId);
        store.delete(RESULT + taskId);
    }

    @Override
    public @Nullable JsonNode resultOf(String taskId) {
        byte[] stored = store.get(RESULT + taskId);
        return stored == null ? null : RESULTS.deserialize(null, stored);
    }
}
