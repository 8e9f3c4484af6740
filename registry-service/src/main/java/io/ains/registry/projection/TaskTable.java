package io.ains.registry.projection;

import io.ains.protocol.Json;
import io.ains.protocol.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tasks that one transaction touches: read once, changed in memory, and written once, however many events there
 * were. One thread.
 */
final class TaskTable {
    private static final String INPUT = "INSERT INTO task_input (task_id, input_data, metadata) VALUES (?, ?, ?)"
            + " ON CONFLICT (task_id) DO UPDATE SET input_data = excluded.input_data, metadata = excluded.metadata";
    private static final String RESULT = "INSERT INTO task_result (task_id, result_data) VALUES (?, ?)"
            + " ON CONFLICT (task_id) DO UPDATE SET result_data = excluded.result_data";
    private static final String STEP =
            "INSERT INTO task_event (task_id, event_offset, at, type, status, agent_id, attempt, reason, message)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task_id, event_offset) DO NOTHING";
    private static final String DELETE = "DELETE FROM task WHERE task_id = ?";
    private static final String DELETE_INPUT = "DELETE FROM task_input WHERE task_id = ?";
    private static final String DELETE_RESULT = "DELETE FROM task_result WHERE task_id = ?";
    private static final String DELETE_STEPS = "DELETE FROM task_event WHERE task_id = ?";

    private final Writer sql;
    private final Tally tally;
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Map<String, TaskRow> rows = new LinkedHashMap<>();
    private final Map<String, TaskRow.Place> before = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> restarted = new HashSet<>();
    private final Map<String, TaskSpec> inputs = new LinkedHashMap<>();
    private final Map<String, @Nullable String> results = new LinkedHashMap<>();
    private final List<@Nullable Object[]> steps = new ArrayList<>();

    TaskTable(Writer sql, Tally tally) {
        this.sql = sql;
        this.tally = tally;
    }

    /** To be read by the next {@link #load()}. */
    void want(String taskId) {
        wanted.add(taskId);
    }

    /** Reads what is wanted. */
    void load() {
        sql.queryIn(TaskRow.SELECT, wanted, TaskRow::new).forEach(row -> {
            rows.put(row.taskId, row);
            before.put(row.taskId, row.place());
        });
        wanted.clear();
    }

    @Nullable
    TaskRow find(String taskId) {
        return rows.get(taskId);
    }

    /** A task that begins, in place of one of the same id if there was one. */
    TaskRow begin(TaskRow row, TaskSpec task) {
        rows.put(row.taskId, row);
        changed.add(row.taskId);
        restarted.add(row.taskId);
        inputs.put(row.taskId, task);
        results.remove(row.taskId);
        return row;
    }

    void changed(TaskRow row) {
        changed.add(row.taskId);
    }

    void result(TaskRow row, @Nullable JsonNode result) {
        results.put(row.taskId, text(result));
    }

    void step(@Nullable Object... values) {
        steps.add(values);
    }

    void flush() {
        List<@Nullable Object[]> gone = new ArrayList<>();
        List<@Nullable Object[]> inserts = new ArrayList<>();
        List<@Nullable Object[]> updates = new ArrayList<>();
        for (String id : changed) {
            TaskRow row = rows.get(id);
            if (row == null) {
                continue;
            }
            TaskRow.Place was = before.get(id);
            TaskRow.Place is = row.place();
            if (!is.equals(was)) {
                if (was != null) {
                    was.count(tally, -1);
                }
                is.count(tally, 1);
            }
            if (was != null && !restarted.contains(id)) {
                updates.add(row.updateValues());
                continue;
            }
            if (was != null) {
                gone.add(new @Nullable Object[] {id});
            }
            inserts.add(row.insertValues());
        }
        sql.batch(DELETE, gone);
        sql.batch(DELETE_RESULT, gone);
        sql.batch(TaskRow.INSERT, inserts);
        sql.batch(TaskRow.UPDATE, updates);
        sql.batch(
                INPUT,
                inputs.values().stream()
                        .map(task ->
                                new @Nullable Object[] {task.taskId(), text(task.inputData()), text(task.metadata())})
                        .toList());
        sql.batch(
                RESULT,
                results.entrySet().stream()
                        .map(result -> new @Nullable Object[] {result.getKey(), result.getValue()})
                        .toList());
        sql.batch(STEP, steps);
        reset();
    }

    /** Deletes tasks with all that belongs to them. */
    void delete(Collection<String> taskIds) {
        taskIds.forEach(this::want);
        load();
        before.values().forEach(place -> place.count(tally, -1));
        List<@Nullable Object[]> gone =
                rows.keySet().stream().map(id -> new @Nullable Object[] {id}).toList();
        List.of(DELETE_STEPS, DELETE_INPUT, DELETE_RESULT, DELETE).forEach(statement -> sql.batch(statement, gone));
        reset();
    }

    /** Forgets what was read and changed. */
    void reset() {
        wanted.clear();
        rows.clear();
        before.clear();
        changed.clear();
        restarted.clear();
        inputs.clear();
        results.clear();
        steps.clear();
    }

    private static @Nullable String text(@Nullable JsonNode json) {
        return json == null ? null : Json.MAPPER.writeValueAsString(json);
    }
}
