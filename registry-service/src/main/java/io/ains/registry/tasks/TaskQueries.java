package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the tables know of tasks. Safe for many threads. */
@Component
class TaskQueries {
    private static final String SELECT = "SELECT t.*, i.input_data, i.metadata, r.result_data FROM task t"
            + " LEFT JOIN task_input i ON i.task_id = t.task_id LEFT JOIN task_result r ON r.task_id = t.task_id";

    private final JdbcClient queries;
    private final Tallies tallies;

    TaskQueries(Database database, Tallies tallies) {
        this.queries = database.queries();
        this.tallies = tallies;
    }

    static final String FIND = SELECT + " WHERE t.task_id = ?";

    Optional<TaskView> find(String taskId) {
        return queries.sql(FIND).param(taskId).query(TaskQueries::view).optional();
    }

    /** What a command about a task must know of it. */
    record Head(String capability, TaskStatus status, int retryCount) {}

    static final String HEAD = "SELECT capability, status, retry_count FROM task WHERE task_id = ?";

    Optional<Head> head(String taskId) {
        return queries.sql(HEAD)
                .param(taskId)
                .query((row, number) -> new Head(row.getString(1), TaskStatus.valueOf(row.getString(2)), row.getInt(3)))
                .optional();
    }

    /** Where one of many tasks stands. */
    record Standing(
            String taskId,
            TaskStatus status,
            int priority,
            @Nullable String assignedAgentId,
            int attempt,
            int retryCount,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant completedAt,
            @Nullable String errorMessage) {}

    static final String STANDINGS = "SELECT task_id, status, priority, assigned_agent_id, attempt, retry_count,"
            + " created_at, updated_at, ended_at, error_message FROM task WHERE task_id IN (:ids)";

    /** Those of the ids that are known, in their order. */
    List<Standing> standings(List<String> ids) {
        Map<String, @Nullable Standing> found = new LinkedHashMap<>();
        ids.forEach(id -> found.put(id, null));
        queries.sql(STANDINGS).param("ids", found.keySet()).query(row -> {
            found.put(
                    row.getString(1),
                    new Standing(
                            row.getString(1),
                            TaskStatus.valueOf(row.getString(2)),
                            row.getInt(3),
                            row.getString(4),
                            row.getInt(5),
                            row.getInt(6),
                            Instant.ofEpochMilli(row.getLong(7)),
                            Instant.ofEpochMilli(row.getLong(8)),
                            instant(row, "ended_at"),
                            row.getString(10)));
        });
        return found.values().stream().filter(Objects::nonNull).toList();
    }

    static final String CAPABILITIES = "SELECT task_id, capability FROM task WHERE task_id IN (:ids)";

    /** The capability of each that is known. */
    Map<String, String> capabilities(List<String> ids) {
        Map<String, String> found = new HashMap<>();
        queries.sql(CAPABILITIES).param("ids", ids).query(row -> {
            found.put(row.getString(1), row.getString(2));
        });
        return found;
    }

    /** Newest first. */
    Page<TaskView> list(TaskFilter filter, int limit, int offset) {
        TaskFilter.Way way = filter.way((scope, name) -> tallies.parts(scope, name));
        Long known = way.total();
        long total = known != null
                ? known
                : queries.sql(way.countSql())
                        .params(way.countValues())
                        .query(Long.class)
                        .single();
        if (total == 0) {
            return new Page<>(List.of(), 0);
        }
        List<String> ids = queries.sql(way.pageSql())
                .params(way.pageValues(limit, offset))
                .query((row, number) -> row.getString(1))
                .list();
        return new Page<>(findAll(ids), total);
    }

    static final String FIND_ALL = SELECT + " WHERE t.task_id IN (:ids)";

    /** In the order of the ids. */
    private List<TaskView> findAll(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, TaskView> found = new HashMap<>();
        queries.sql(FIND_ALL)
                .param("ids", ids)
                .query(TaskQueries::view)
                .list()
                .forEach(task -> found.put(task.taskId(), task));
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    static final String ASSIGNED = SELECT + " WHERE t.assigned_agent_id = ? AND t.status = 'ASSIGNED'"
            + " ORDER BY t.created_at, t.task_id LIMIT ?";

    /** What an agent was given and has not said that it started, oldest first. */
    List<TaskView> assigned(String agentId, int limit) {
        return queries.sql(ASSIGNED)
                .params(List.of(agentId, limit))
                .query(TaskQueries::view)
                .list();
    }

    /** One step of a task's history. */
    record Step(
            String type,
            Instant time,
            @Nullable String status,
            @Nullable String agentId,
            @Nullable Integer attempt,
            @Nullable String reason,
            @Nullable String message) {}

    static final String HISTORY = "SELECT type, at, status, agent_id, attempt, reason, message FROM task_event"
            + " WHERE task_id = ? ORDER BY event_offset";

    List<Step> history(String taskId) {
        return queries.sql(HISTORY)
                .param(taskId)
                .query((row, number) -> new Step(
                        row.getString(1),
                        Instant.ofEpochMilli(row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getObject(5) == null ? null : (Integer) row.getInt(5),
                        row.getString(6),
                        row.getString(7)))
                .list();
    }

    private static TaskView view(ResultSet row, int number) throws SQLException {
        return new TaskView(
                row.getString("task_id"),
                row.getString("client_id"),
                row.getString("task_type"),
                row.getString("capability"),
                row.getString("input_data"),
                row.getString("metadata"),
                TaskStatus.valueOf(row.getString("status")),
                row.getInt("priority"),
                row.getInt("timeout_seconds"),
                row.getString("assigned_agent_id"),
                row.getInt("attempt"),
                row.getInt("retry_count"),
                row.getInt("max_retries"),
                row.getString("retry_policy").toLowerCase(Locale.ROOT),
                lowerCase(row.getString("routing_strategy")),
                row.getString("sticky_key"),
                row.getDouble("min_trust"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")),
                instant(row, "assigned_at"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                instant(row, "expires_at"),
                instant(row, "not_before"),
                instant(row, "available_at"),
                row.getObject("progress_percent") == null ? null : (Double) row.getDouble("progress_percent"),
                row.getString("progress_message"),
                row.getString("result_data"),
                row.getString("error_message"),
                row.getString("status_reason"));
    }

    private static @Nullable String lowerCase(@Nullable String name) {
        return name == null ? null : name.toLowerCase(Locale.ROOT);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
