package io.ains.registry.projection;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says what task events make of a task. A task's events share a partition, so their offsets are their order, and one
 * that is not beyond the row's own changes nothing.
 */
final class TaskProjector implements TaskEvent.Visitor<Boolean> {
    private final TaskTable tasks;
    private final Tally tally;
    private final EventCounter counter;
    private long offset;

    TaskProjector(TaskTable tasks, Tally tally, EventCounter counter) {
        this.tasks = tasks;
        this.tally = tally;
        this.counter = counter;
    }

    void prepare(TaskEvent event) {
        tasks.want(event.taskId());
    }

    /** Changes the row in memory; {@link #prepare} has been called for it, and the table loaded. */
    void apply(long eventOffset, TaskEvent event) {
        offset = eventOffset;
        counter.count(event, tasks.find(event.taskId()));
        event.accept(this);
    }

    /** The minute of a time, in milliseconds since the epoch, as a count's name: ten digits, so that its order is the time's. */
    static String minute(long at) {
        return String.format("%010d", TimeUnit.MILLISECONDS.toMinutes(at));
    }

    /** The row for an event that changes it; null if there is none, or if it has that event in it already. */
    private @Nullable TaskRow touch(TaskEvent event) {
        TaskRow row = tasks.find(event.taskId());
        if (row == null || row.eventOffset >= offset) {
            return null;
        }
        row.updatedAt = event.at();
        row.eventOffset = offset;
        tasks.changed(row);
        return row;
    }

    @Override
    public Boolean visit(TaskEvent.Submitted event) {
        // An id that the dispatcher has forgotten can be used again: the row starts anew.
        TaskRow known = tasks.find(event.taskId());
        if (known != null && known.eventOffset >= offset) {
            return false;
        }
        TaskRow row = tasks.begin(new TaskRow(event.task(), event.status(), event.at()), event.task());
        row.eventOffset = offset;
        return remember(event, event.status(), null, null, null, null);
    }

    @Override
    public Boolean visit(TaskEvent.SubmissionRepeated event) {
        return false; // nothing became of the task
    }

    @Override
    public Boolean visit(TaskEvent.Queued event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.PENDING;
        row.pendingSince = event.at();
        return remember(event, TaskStatus.PENDING, null, null, null, null);
    }

    @Override
    public Boolean visit(TaskEvent.Assigned event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.ASSIGNED;
        row.assignedAgentId = event.agentId();
        row.attempt = event.attempt();
        row.assignedAt = event.at();
        row.startedAt = null;
        row.pendingSince = null;
        row.availableAt = null;
        row.progressPercent = null;
        row.progressMessage = null;
        return remember(event, TaskStatus.ASSIGNED, event.agentId(), event.attempt(), null, null);
    }

    @Override
    public Boolean visit(TaskEvent.Started event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.ACTIVE;
        row.assignedAgentId = event.agentId();
        row.attempt = event.attempt();
        row.startedAt = event.at();
        return remember(event, TaskStatus.ACTIVE, event.agentId(), event.attempt(), null, null);
    }

    @Override
    public Boolean visit(TaskEvent.Progressed event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.progressPercent = event.percent();
        row.progressMessage = event.message();
        return remember(event, null, event.agentId(), event.attempt(), null, event.message());
    }

    @Override
    public Boolean visit(TaskEvent.Requeued event) {
        TaskSpec task = event.task();
        if (task != null && tasks.find(event.taskId()) == null) {
            // The row is gone, as the dispatcher's memory was.
            tasks.begin(new TaskRow(task, TaskStatus.FAILED, event.at()), task).eventOffset = -1;
        }
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.PENDING;
        row.assignedAgentId = null;
        row.attempt = event.attempt();
        row.retryCount = event.retryCount();
        row.pendingSince = event.at();
        row.availableAt = event.availableAt();
        row.assignedAt = null;
        row.startedAt = null;
        row.endedAt = null;
        row.errorMessage = event.errorMessage();
        row.statusReason = event.reason().name();
        row.progressPercent = null;
        row.progressMessage = null;
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
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.COMPLETED;
        row.assignedAgentId = event.agentId();
        row.attempt = event.attempt();
        row.startedAt = event.startedAt() == null ? row.startedAt : event.startedAt();
        row.endedAt = event.at();
        row.pendingSince = null;
        row.errorMessage = null;
        row.statusReason = null;
        tasks.result(row, event.resultData());
        String minute = minute(event.at());
        tally.add("minute", minute, "completed", 1);
        if (row.startedAt != null) {
            tally.add("minute", minute, "timed", 1);
            tally.add("minute", minute, "millis", Math.max(0, event.at() - row.startedAt));
        }
        return remember(event, TaskStatus.COMPLETED, event.agentId(), event.attempt(), null, null);
    }

    @Override
    public Boolean visit(TaskEvent.Failed event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.FAILED;
        row.assignedAgentId = event.agentId();
        row.attempt = event.attempt();
        row.retryCount = event.retryCount();
        row.startedAt = event.startedAt() == null ? row.startedAt : event.startedAt();
        row.endedAt = event.at();
        row.pendingSince = null;
        row.errorMessage = event.errorMessage();
        row.statusReason = event.reason().name();
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
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.CANCELLED;
        row.endedAt = event.at();
        row.pendingSince = null;
        row.statusReason = event.reason();
        return remember(event, TaskStatus.CANCELLED, event.agentId(), event.attempt(), event.reason(), null);
    }

    @Override
    public Boolean visit(TaskEvent.Expired event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.status = TaskStatus.EXPIRED;
        row.endedAt = event.at();
        row.pendingSince = null;
        return remember(event, TaskStatus.EXPIRED, event.agentId(), event.attempt(), null, null);
    }

    @Override
    public Boolean visit(TaskEvent.PriorityChanged event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.priority = event.newPriority();
        String change = event.oldPriority() + " to " + event.newPriority();
        return remember(event, event.status(), null, null, change, null);
    }

    @Override
    public Boolean visit(TaskEvent.TimeoutChanged event) {
        TaskRow row = touch(event);
        if (row == null) {
            return false;
        }
        row.timeoutSeconds = event.newTimeoutSeconds();
        String change = event.oldTimeoutSeconds() + " to " + event.newTimeoutSeconds();
        return remember(event, event.status(), null, null, change, null);
    }

    @Override
    public Boolean visit(TaskEvent.DeadTaskPurged event) {
        return touch(event) != null && remember(event, null, null, null, null, null);
    }

    @Override
    public Boolean visit(TaskEvent.RoutingTested event) {
        return false; // nothing changed
    }

    @Override
    public Boolean visit(TaskEvent.CommandRejected event) {
        return false; // nothing changed
    }

    /** One more step of the task's history. */
    private boolean remember(
            TaskEvent event,
            @Nullable TaskStatus status,
            @Nullable String agentId,
            @Nullable Integer attempt,
            @Nullable String reason,
            @Nullable String message) {
        tasks.step(
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

    /** As on the topic. */
    private static String type(TaskEvent event) {
        return event.getClass().getAnnotation(JsonTypeName.class).value();
    }
}
