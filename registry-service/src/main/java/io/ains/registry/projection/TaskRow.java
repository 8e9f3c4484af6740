package io.ains.registry.projection;

import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A task as the table has it, or is to have it. Times are milliseconds since the epoch. */
final class TaskRow {
    static final String SELECT = "SELECT * FROM task WHERE task_id IN ";

    static final String INSERT = "INSERT INTO task (task_id, client_id, task_type, capability, timeout_seconds,"
            + " max_retries, retry_policy, routing_strategy, sticky_key, min_trust, not_before, expires_at, created_at,"
            + " status, priority, assigned_agent_id, attempt, retry_count, updated_at, pending_since, available_at,"
            + " assigned_at, started_at, ended_at, progress_percent, progress_message, error_message, status_reason,"
            + " event_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            + " ?, ?)";

    static final String UPDATE = "UPDATE task SET timeout_seconds = ?, status = ?, priority = ?, assigned_agent_id = ?,"
            + " attempt = ?, retry_count = ?, updated_at = ?, pending_since = ?, available_at = ?, assigned_at = ?,"
            + " started_at = ?, ended_at = ?, progress_percent = ?, progress_message = ?, error_message = ?,"
            + " status_reason = ?, event_offset = ? WHERE task_id = ?";

    final String taskId;
    final String clientId;
    final String taskType;
    final String capability;
    final int maxRetries;
    final String retryPolicy;
    final @Nullable String routingStrategy;
    final @Nullable String stickyKey;
    final double minTrust;
    final @Nullable Long notBefore;
    final @Nullable Long expiresAt;
    final long createdAt;
    TaskStatus status;
    int priority;
    int timeoutSeconds;

    @Nullable
    String assignedAgentId;

    int attempt;
    int retryCount;
    long updatedAt;

    @Nullable
    Long pendingSince;

    @Nullable
    Long availableAt;

    @Nullable
    Long assignedAt;

    @Nullable
    Long startedAt;

    @Nullable
    Long endedAt;

    @Nullable
    Double progressPercent;

    @Nullable
    String progressMessage;

    @Nullable
    String errorMessage;

    @Nullable
    String statusReason;

    long eventOffset;

    TaskRow(TaskSpec task, TaskStatus status, long at) {
        this.taskId = task.taskId();
        this.clientId = task.clientId();
        this.taskType = task.taskType();
        this.capability = task.capability();
        this.maxRetries = task.maxRetries();
        this.retryPolicy = task.retryPolicy().name();
        this.routingStrategy =
                task.routingStrategy() == null ? null : task.routingStrategy().name();
        this.stickyKey = task.stickyKey();
        this.minTrust = task.minTrust();
        this.notBefore = task.notBefore();
        this.expiresAt = task.expiresAt();
        this.createdAt = at;
        this.status = status;
        this.priority = task.priority();
        this.timeoutSeconds = task.timeoutSeconds();
        this.updatedAt = at;
        this.pendingSince = status == TaskStatus.PENDING ? at : null;
    }

    TaskRow(ResultSet row) throws SQLException {
        this.taskId = row.getString("task_id");
        this.clientId = row.getString("client_id");
        this.taskType = row.getString("task_type");
        this.capability = row.getString("capability");
        this.maxRetries = row.getInt("max_retries");
        this.retryPolicy = row.getString("retry_policy");
        this.routingStrategy = row.getString("routing_strategy");
        this.stickyKey = row.getString("sticky_key");
        this.minTrust = row.getDouble("min_trust");
        this.notBefore = longOrNull(row, "not_before");
        this.expiresAt = longOrNull(row, "expires_at");
        this.createdAt = row.getLong("created_at");
        this.status = TaskStatus.valueOf(row.getString("status"));
        this.priority = row.getInt("priority");
        this.timeoutSeconds = row.getInt("timeout_seconds");
        this.assignedAgentId = row.getString("assigned_agent_id");
        this.attempt = row.getInt("attempt");
        this.retryCount = row.getInt("retry_count");
        this.updatedAt = row.getLong("updated_at");
        this.pendingSince = longOrNull(row, "pending_since");
        this.availableAt = longOrNull(row, "available_at");
        this.assignedAt = longOrNull(row, "assigned_at");
        this.startedAt = longOrNull(row, "started_at");
        this.endedAt = longOrNull(row, "ended_at");
        double percent = row.getDouble("progress_percent");
        this.progressPercent = row.wasNull() ? null : (Double) percent;
        this.progressMessage = row.getString("progress_message");
        this.errorMessage = row.getString("error_message");
        this.statusReason = row.getString("status_reason");
        this.eventOffset = row.getLong("event_offset");
    }

    private static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    @Nullable
    Object[] insertValues() {
        return new @Nullable Object[] {
            taskId,
            clientId,
            taskType,
            capability,
            timeoutSeconds,
            maxRetries,
            retryPolicy,
            routingStrategy,
            stickyKey,
            minTrust,
            notBefore,
            expiresAt,
            createdAt,
            status.name(),
            priority,
            assignedAgentId,
            attempt,
            retryCount,
            updatedAt,
            pendingSince,
            availableAt,
            assignedAt,
            startedAt,
            endedAt,
            progressPercent,
            progressMessage,
            errorMessage,
            statusReason,
            eventOffset
        };
    }

    @Nullable
    Object[] updateValues() {
        return new @Nullable Object[] {
            timeoutSeconds,
            status.name(),
            priority,
            assignedAgentId,
            attempt,
            retryCount,
            updatedAt,
            pendingSince,
            availableAt,
            assignedAt,
            startedAt,
            endedAt,
            progressPercent,
            progressMessage,
            errorMessage,
            statusReason,
            eventOffset,
            taskId
        };
    }

    /** Where the task is counted. */
    record Place(
            String clientId,
            String taskType,
            String capability,
            TaskStatus status,
            int priority,
            @Nullable String agentId) {

        void count(Tally tally, int n) {
            String word = status.name();
            tally.add("tasks", "", word, n);
            tally.add("tasks.client", clientId, word, n);
            tally.add("tasks.type", taskType, word, n);
            tally.add("tasks.capability", capability, word, n);
            if (agentId != null) {
                tally.add("tasks.agent", agentId, word, n);
                if (status == TaskStatus.ASSIGNED || status == TaskStatus.ACTIVE) {
                    tally.addOfAll("load", capability, agentId, n);
                }
            }
            if (status == TaskStatus.PENDING) {
                tally.addOfAll("queue", capability, Integer.toString(priority), n);
            }
        }
    }

    Place place() {
        return new Place(clientId, taskType, capability, status, priority, assignedAgentId);
    }
}
