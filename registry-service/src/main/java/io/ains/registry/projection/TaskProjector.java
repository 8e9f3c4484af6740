package io.ains.registry.projection;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.ains.protocol.DeadTask;
import io.ains.protocol.Json;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes what task events say. A task's events share a partition, so their offsets are their order, and one that is not
 * beyond the row's own changes nothing.
 */
final class TaskProjector {
    private static final String INSERT =
            "INSERT INTO task (task_id, client_id, task_type, capability, status, priority,"
                    + " timeout_seconds, max_retries, retry_policy, routing_strategy, sticky_key, min_trust, not_before,"
                    + " expires_at, attempt, retry_count, created_at, updated_at, pending_since, event_offset)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?) ";

    /** An id that the dispatcher has forgotten can be used again: the row starts anew. */
    private static final String OR_START_ANEW = "ON CONFLICT (task_id) DO UPDATE SET client_id = excluded.client_id,"
            + " task_type = excluded.task_type, capability = excluded.capability, status = excluded.status,"
            + " priority = excluded.priority, timeout_seconds = excluded.timeout_seconds,"
            + " max_retries = excluded.max_retries, retry_policy = excluded.retry_policy,"
            + " routing_strategy = excluded.routing_strategy, sticky_key = excluded.sticky_key,"
            + " min_trust = excluded.min_trust, not_before = excluded.not_before, expires_at = excluded.expires_at,"
            + " attempt = 0, retry_count = 0, created_at = excluded.created_at, updated_at = excluded.updated_at,"
            + " pending_since = excluded.pending_since, event_offset = excluded.event_offset,"
            + " assigned_agent_id = NULL, available_at = NULL, assigned_at = NULL, started_at = NULL, ended_at = NULL,"
            + " progress_percent = NULL, progress_message = NULL, result_data = NULL, error_message = NULL,"
            + " status_reason = NULL WHERE excluded.event_offset > task.event_offset";

    private static final String OR_LEAVE = "ON CONFLICT (task_id) DO NOTHING";

    private final Writer sql;

    TaskProjector(Writer sql) {
        this.sql = sql;
    }

    void apply(long offset, TaskEvent event) {
        event.accept(new Transition(offset));
    }

    void applyDeadLetter(long offset, DeadTask letter) {
        TaskSpec task = letter.task();
        sql.update(
                "INSERT INTO dead_letter (task_id, capability, at, attempt, retry_count, reason, error_message, agent_id,"
                        + " task, letter_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (task_id) DO UPDATE SET capability = excluded.capability, at = excluded.at,"
                        + " attempt = excluded.attempt, retry_count = excluded.retry_count, reason = excluded.reason,"
                        + " error_message = excluded.error_message, agent_id = excluded.agent_id, task = excluded.task,"
                        + " letter_offset = excluded.letter_offset"
                        + " WHERE excluded.letter_offset > dead_letter.letter_offset",
                task.taskId(),
                task.capability(),
                letter.at(),
                letter.attempt(),
                letter.retryCount(),
                letter.reason().name(),
                letter.errorMessage(),
                letter.agentId(),
                Json.MAPPER.writeValueAsString(task),
                offset);
    }

    /** It was purged, or the task is tried again. */
    void removeDeadLetter(String taskId) {
        sql.update("DELETE FROM dead_letter WHERE task_id = ?", taskId);
    }

    /** Answers whether the event is one of the task's history. */
    private final class Transition implements TaskEvent.Visitor<Boolean> {
        private final long offset;

        Transition(long offset) {
            this.offset = offset;
        }

        @Override
        public Boolean visit(TaskEvent.Submitted event) {
            Long since = event.status() == TaskStatus.PENDING ? (Long) event.at() : null;
            insert(event.task(), event.status(), event.at(), since, offset, OR_START_ANEW);
            return remember(event, event.status(), null, null, null, null);
        }

        @Override
        public Boolean visit(TaskEvent.SubmissionRepeated event) {
            return false; // nothing became of the task
        }

        @Override
        public Boolean visit(TaskEvent.Queued event) {
            update(event, "status = 'PENDING', pending_since = ?", event.at());
            return remember(event, TaskStatus.PENDING, null, null, null, null);
        }

        @Override
        public Boolean visit(TaskEvent.Assigned event) {
            update(
                    event,
                    "status = 'ASSIGNED', assigned_agent_id = ?, attempt = ?, assigned_at = ?, started_at = NULL,"
                            + " pending_since = NULL, available_at = NULL, progress_percent = NULL,"
                            + " progress_message = NULL",
                    event.agentId(),
                    event.attempt(),
                    event.at());
            return remember(event, TaskStatus.ASSIGNED, event.agentId(), event.attempt(), null, null);
        }

        @Override
        public Boolean visit(TaskEvent.Started event) {
            update(
                    event,
                    "status = 'ACTIVE', assigned_agent_id = ?, attempt = ?, started_at = ?",
                    event.agentId(),
                    event.attempt(),
                    event.at());
            return remember(event, TaskStatus.ACTIVE, event.agentId(), event.attempt(), null, null);
        }

        @Override
        public Boolean visit(TaskEvent.Progressed event) {
            update(event, "progress_percent = ?, progress_message = ?", event.percent(), event.message());
            return remember(event, null, event.agentId(), event.attempt(), null, event.message());
        }

        @Override
        public Boolean visit(TaskEvent.Requeued event) {
            TaskSpec task = event.task();
            if (task != null) {
                // The row may be gone, as the dispatcher's memory was; an offset before all makes room for the update.
                insert(task, TaskStatus.FAILED, event.at(), null, -1, OR_LEAVE);
            }
            update(
                    event,
                    "status = 'PENDING', assigned_agent_id = NULL, attempt = ?, retry_count = ?, pending_since = ?,"
                            + " available_at = ?, assigned_at = NULL, started_at = NULL, ended_at = NULL,"
                            + " result_data = NULL, error_message = ?, status_reason = ?, progress_percent = NULL,"
                            + " progress_message = NULL",
                    event.attempt(),
                    event.retryCount(),
                    event.at(),
                    event.availableAt(),
                    event.errorMessage(),
                    event.reason().name());
            return remember(
                    event,
                    TaskStatus.PENDING,
                    event.agentId(),
                    event.attempt(),
                    event.reason().name(),
                    event.errorMessage());
        }

        @Override
        public Boolean visit(TaskEvent.Completed event) {
            update(
                    event,
                    "status = 'COMPLETED', assigned_agent_id = ?, attempt = ?, started_at = COALESCE(?, started_at),"
                            + " ended_at = ?, result_data = ?, error_message = NULL, status_reason = NULL",
                    event.agentId(),
                    event.attempt(),
                    event.startedAt(),
                    event.at(),
                    text(event.resultData()));
            return remember(event, TaskStatus.COMPLETED, event.agentId(), event.attempt(), null, null);
        }

        @Override
        public Boolean visit(TaskEvent.Failed event) {
            update(
                    event,
                    "status = 'FAILED', assigned_agent_id = ?, attempt = ?, retry_count = ?,"
                            + " started_at = COALESCE(?, started_at), ended_at = ?, pending_since = NULL,"
                            + " error_message = ?, status_reason = ?",
                    event.agentId(),
                    event.attempt(),
                    event.retryCount(),
                    event.startedAt(),
                    event.at(),
                    event.errorMessage(),
                    event.reason().name());
            return remember(
                    event,
                    TaskStatus.FAILED,
                    event.agentId(),
                    event.attempt(),
                    event.reason().name(),
                    event.errorMessage());
        }

        @Override
        public Boolean visit(TaskEvent.Cancelled event) {
            update(
                    event,
                    "status = 'CANCELLED', ended_at = ?, pending_since = NULL, status_reason = ?",
                    event.at(),
                    event.reason());
            return remember(event, TaskStatus.CANCELLED, event.agentId(), event.attempt(), event.reason(), null);
        }

        @Override
        public Boolean visit(TaskEvent.Expired event) {
            update(event, "status = 'EXPIRED', ended_at = ?, pending_since = NULL", event.at());
            return remember(event, TaskStatus.EXPIRED, event.agentId(), event.attempt(), null, null);
        }

        @Override
        public Boolean visit(TaskEvent.PriorityChanged event) {
            update(event, "priority = ?", event.newPriority());
            return remember(
                    event, event.status(), null, null, event.oldPriority() + " to " + event.newPriority(), null);
        }

        @Override
        public Boolean visit(TaskEvent.TimeoutChanged event) {
            update(event, "timeout_seconds = ?", event.newTimeoutSeconds());
            return remember(
                    event,
                    event.status(),
                    null,
                    null,
                    event.oldTimeoutSeconds() + " to " + event.newTimeoutSeconds(),
                    null);
        }

        @Override
        public Boolean visit(TaskEvent.DeadTaskPurged event) {
            return remember(event, null, null, null, null, null);
        }

        @Override
        public Boolean visit(TaskEvent.RoutingTested event) {
            return false; // nothing changed
        }

        @Override
        public Boolean visit(TaskEvent.CommandRejected event) {
            return false; // nothing changed
        }

        private void insert(
                TaskSpec task, TaskStatus status, long at, @Nullable Long since, long rowOffset, String conflict) {
            int written = sql.update(
                    INSERT + conflict,
                    task.taskId(),
                    task.clientId(),
                    task.taskType(),
                    task.capability(),
                    status.name(),
                    task.priority(),
                    task.timeoutSeconds(),
                    task.maxRetries(),
                    task.retryPolicy().name(),
                    task.routingStrategy() == null
                            ? null
                            : task.routingStrategy().name(),
                    task.stickyKey(),
                    task.minTrust(),
                    task.notBefore(),
                    task.expiresAt(),
                    at,
                    at,
                    since,
                    rowOffset);
            if (written > 0) {
                sql.update(
                        "INSERT INTO task_input (task_id, input_data, metadata) VALUES (?, ?, ?) ON CONFLICT (task_id)"
                                + " DO UPDATE SET input_data = excluded.input_data, metadata = excluded.metadata",
                        task.taskId(),
                        text(task.inputData()),
                        text(task.metadata()));
            }
        }

        private void update(TaskEvent event, String assignments, @Nullable Object... values) {
            Object[] all = new Object[values.length + 4];
            all[0] = event.at();
            all[1] = offset;
            System.arraycopy(values, 0, all, 2, values.length);
            all[values.length + 2] = event.taskId();
            all[values.length + 3] = offset;
            sql.update(
                    "UPDATE task SET updated_at = ?, event_offset = ?, " + assignments
                            + " WHERE task_id = ? AND event_offset < ?",
                    all);
        }

        private boolean remember(
                TaskEvent event,
                @Nullable TaskStatus status,
                @Nullable String agentId,
                @Nullable Integer attempt,
                @Nullable String reason,
                @Nullable String message) {
            sql.update(
                    "INSERT INTO task_event (task_id, event_offset, at, type, status, agent_id, attempt, reason, message)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task_id, event_offset) DO NOTHING",
                    event.taskId(),
                    offset,
                    event.at(),
                    type(event),
                    status == null ? null : status.name(),
                    agentId,
                    attempt,
                    reason,
                    message);
            return true;
        }
    }

    /** As on the topic. */
    private static String type(TaskEvent event) {
        return event.getClass().getAnnotation(JsonTypeName.class).value();
    }

    private static @Nullable String text(@Nullable JsonNode json) {
        return json == null ? null : Json.MAPPER.writeValueAsString(json);
    }
}
