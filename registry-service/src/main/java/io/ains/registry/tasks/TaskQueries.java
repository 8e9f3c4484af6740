package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the tables know of tasks. Safe for many threads. */
@Component
class TaskQueries {
    private static final String SELECT =
            "SELECT t.*, i.input_data, i.metadata FROM task t LEFT JOIN task_input i ON i.task_id = t.task_id";

    private final JdbcClient queries;

    TaskQueries(Database database) {
        this.queries = database.queries();
    }

    Optional<TaskView> find(String taskId) {
        return queries.sql(SELECT + " WHERE t.task_id = ?")
                .param(taskId)
                .query(TaskQueries::view)
                .optional();
    }

    /** What a command about a task must know of it. */
    record Head(String capability, TaskStatus status, int retryCount) {}

    Optional<Head> head(String taskId) {
        return queries.sql("SELECT capability, status, retry_count FROM task WHERE task_id = ?")
                .param(taskId)
                .query((row, number) -> new Head(row.getString(1), TaskStatus.valueOf(row.getString(2)), row.getInt(3)))
                .optional();
    }

    /** What a list is narrowed by; null is not. */
    record Filter(
            @Nullable String clientId,
            @Nullable TaskStatus status,
            @Nullable String taskType,
            @Nullable String capability,
            @Nullable String assignedAgentId) {

        String sql(String select) {
            return select + " WHERE 1 = 1"
                    + (clientId == null ? "" : " AND t.client_id = ?")
                    + (status == null ? "" : " AND t.status = ?")
                    + (taskType == null ? "" : " AND t.task_type = ?")
                    + (capability == null ? "" : " AND t.capability = ?")
                    + (assignedAgentId == null ? "" : " AND t.assigned_agent_id = ?");
        }

        String count() {
            return sql("SELECT count(*) FROM task t");
        }

        String page() {
            return sql(SELECT) + " ORDER BY t.created_at DESC, t.task_id DESC LIMIT ? OFFSET ?";
        }

        List<Object> values() {
            List<Object> values = new ArrayList<>();
            if (clientId != null) {
                values.add(clientId);
            }
            if (status != null) {
                values.add(status.name());
            }
            if (taskType != null) {
                values.add(taskType);
            }
            if (capability != null) {
                values.add(capability);
            }
            if (assignedAgentId != null) {
                values.add(assignedAgentId);
            }
            return values;
        }
    }

    /** Newest first. */
    Page<TaskView> list(Filter filter, int limit, int offset) {
        long total = queries.sql(filter.count())
                .params(filter.values())
                .query(Long.class)
                .single();
        List<Object> values = filter.values();
        values.add(limit);
        values.add(offset);
        return new Page<>(
                queries.sql(filter.page())
                        .params(values)
                        .query(TaskQueries::view)
                        .list(),
                total);
    }

    static final String ASSIGNED = SELECT + " WHERE t.assigned_agent_id = ? AND t.status = 'ASSIGNED'"
            + " AND t.status IN ('ASSIGNED', 'ACTIVE') ORDER BY t.assigned_at LIMIT ?";

    /** What an agent was given and has not said that it started, longest first. */
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

    List<Step> history(String taskId) {
        return queries.sql("SELECT type, at, status, agent_id, attempt, reason, message FROM task_event"
                        + " WHERE task_id = ? ORDER BY event_offset")
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
