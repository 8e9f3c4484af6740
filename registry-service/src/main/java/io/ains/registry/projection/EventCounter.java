package io.ains.registry.projection;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts events as they are brought into the tables, in the same transaction. So each event counts once, whatever dies
 * and whatever is read again, and the counts are those of the topics. One thread.
 *
 * <p>A count is a row of the tally: scope {@value #SCOPE}, the {@link EventCount} or {@link EventTime} by name, and as
 * the part its labels' values, joined by {@value #SEPARATOR}. A time has one more value: the bucket's number, or
 * {@value #SUM} for the milliseconds of all.
 */
final class EventCounter {
    static final String SCOPE = "event";
    /** In no label's value: ids cannot have it, and the others are names of constants. */
    static final String SEPARATOR = "/";

    static final String SUM = "sum";

    private final Tally tally;

    EventCounter(Tally tally) {
        this.tally = tally;
    }

    private void add(EventCount count, String... labels) {
        tally.add(SCOPE, count.name(), String.join(SEPARATOR, labels), 1);
    }

    private void time(EventTime time, @Nullable Long from, long to, String... labels) {
        if (from != null) {
            long millis = Math.max(0, to - from);
            String prefix = String.join(SEPARATOR, labels) + SEPARATOR;
            tally.add(SCOPE, time.name(), prefix + EventTime.bucket(millis), 1);
            tally.add(SCOPE, time.name(), prefix + SUM, millis);
        }
    }

    /** @param before the task as it was before the event; null if it is not known */
    void count(TaskEvent event, @Nullable TaskRow before) {
        String capability = event.capability();
        if (event instanceof TaskEvent.Submitted) {
            add(EventCount.TASKS_CREATED, capability);
        } else if (event instanceof TaskEvent.SubmissionRepeated) {
            add(EventCount.TASKS_REPEATED, capability);
        } else if (event instanceof TaskEvent.Assigned) {
            add(EventCount.TASK_ASSIGNMENTS, capability);
            time(EventTime.WAIT, before == null ? null : waitingSince(before), event.at(), capability);
        } else if (event instanceof TaskEvent.Started) {
            time(EventTime.PICKUP, before == null ? null : before.assignedAt, event.at(), capability);
        } else if (event instanceof TaskEvent.Requeued requeued) {
            requeued(requeued);
        } else if (event instanceof TaskEvent.Completed completed) {
            add(EventCount.TASKS_COMPLETED, capability);
            add(EventCount.AGENT_TASKS_COMPLETED, capability);
            duration(completed.startedAt(), before, event, "COMPLETED");
        } else if (event instanceof TaskEvent.Failed failed) {
            add(EventCount.TASKS_FAILED, capability, failed.reason().name());
            attemptFailed(capability, failed.agentId(), failed.reason());
            duration(failed.startedAt(), before, event, "FAILED");
        } else if (event instanceof TaskEvent.Cancelled) {
            add(EventCount.TASKS_CANCELLED, capability);
        } else if (event instanceof TaskEvent.Expired) {
            add(EventCount.TASKS_EXPIRED, capability);
        } else if (event instanceof TaskEvent.CommandRejected rejected) {
            add(EventCount.TASK_COMMANDS_REJECTED, rejected.code().name());
        }
    }

    private static @Nullable Long waitingSince(TaskRow row) {
        Long since = row.pendingSince;
        return since == null ? null : (Long) Math.max(since, Objects.requireNonNullElse(row.availableAt, 0L));
    }

    private void duration(@Nullable Long startedAt, @Nullable TaskRow before, TaskEvent event, String status) {
        Long assignedAt = before == null ? null : before.assignedAt;
        time(EventTime.DURATION, startedAt == null ? assignedAt : startedAt, event.at(), event.capability(), status);
    }

    private void requeued(TaskEvent.Requeued event) {
        add(EventCount.TASK_REQUEUES, event.capability(), event.reason().name());
        if (usesUpARetry(event.reason())) {
            add(EventCount.TASK_RETRIES, event.capability());
        }
        attemptFailed(event.capability(), event.agentId(), event.reason());
    }

    private void attemptFailed(String capability, @Nullable String agentId, RequeueReason reason) {
        if (agentId != null && usesUpARetry(reason)) {
            add(EventCount.AGENT_TASKS_FAILED, capability);
        }
        if (reason == RequeueReason.EXECUTION_TIMEOUT) {
            add(EventCount.TASK_TIMEOUTS, capability);
        }
    }

    private static boolean usesUpARetry(RequeueReason reason) {
        return switch (reason) {
            case ATTEMPT_FAILED, EXECUTION_TIMEOUT, AGENT_LOST, SESSION_REPLACED -> true;
            case ACK_TIMEOUT, RELEASED, RETRY_REQUESTED -> false;
        };
    }

    void count(AgentEvent event) {
        if (event instanceof AgentEvent.Registered) {
            add(EventCount.AGENT_REGISTRATIONS);
        } else if (event instanceof AgentEvent.RequestRejected rejected) {
            add(EventCount.AGENT_REQUESTS_REJECTED, rejected.code().name());
        } else if (event instanceof AgentEvent.Rested rested) {
            add(EventCount.AGENT_RESTS, rested.capability());
        } else if (event instanceof AgentEvent.StatusChanged changed) {
            add(
                    EventCount.AGENT_STATUS_CHANGES,
                    changed.from().name(),
                    changed.to().name(),
                    changed.reason().name());
            if (changed.to() == AgentStatus.INACTIVE) {
                if (changed.reason() == StatusReason.SILENCE) {
                    add(EventCount.AGENT_DEATHS);
                }
            } else if (changed.from() == AgentStatus.INACTIVE && changed.reason() != StatusReason.REGISTERED) {
                add(EventCount.AGENT_REVIVALS);
            }
        }
    }
}
