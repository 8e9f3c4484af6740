package io.ains.standalone.demo;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.TaskEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up the events of tasks. Forgets a task when it ends. Not safe for several threads. */
final class TaskTally {
    private static final double MEDIAN = 0.5;
    private static final double WORST = 0.99;

    private final OpenTasks open;
    private final Map<String, Boolean> activeById = new HashMap<>();
    private final Map<String, Picture.Counts> counts = new TreeMap<>();
    private final Latencies submitToStart = new Latencies();
    private long firstCompletedAt;
    private long lastEndedAt;

    TaskTally(OpenTasks open) {
        this.open = open;
    }

    void add(TaskEvent event) {
        if (event instanceof TaskEvent.Submitted) {
            move(event, false);
        } else if (event instanceof TaskEvent.Assigned) {
            move(event, true);
        } else if (event instanceof TaskEvent.Requeued) {
            move(event, false);
        } else if (event instanceof TaskEvent.Started started) {
            if (started.attempt() == 1) {
                open.submittedAt(started.taskId()).ifPresent(at -> submitToStart.add(started.at() - at));
            }
        } else if (event instanceof TaskEvent.Completed) {
            firstCompletedAt = firstCompletedAt == 0 ? event.at() : Math.min(firstCompletedAt, event.at());
            end(event, new Picture.Counts(0, 0, 1, 0));
        } else if (event instanceof TaskEvent.Failed
                || event instanceof TaskEvent.Cancelled
                || event instanceof TaskEvent.Expired) {
            end(event, new Picture.Counts(0, 0, 0, 1));
        }
    }

    private void move(TaskEvent event, boolean active) {
        Boolean before = activeById.put(event.taskId(), active);
        count(event, before, -1);
        count(event, active, 1);
    }

    private void end(TaskEvent event, Picture.Counts ended) {
        count(event, activeById.remove(event.taskId()), -1);
        counts.merge(event.capability(), ended, Picture.Counts::plus);
        lastEndedAt = Math.max(lastEndedAt, event.at());
        open.ended(event.taskId());
    }

    private void count(TaskEvent event, @Nullable Boolean active, int change) {
        if (active != null) {
            Picture.Counts moved = active ? new Picture.Counts(0, change, 0, 0) : new Picture.Counts(change, 0, 0, 0);
            counts.merge(event.capability(), moved, Picture.Counts::plus);
        }
    }

    Picture picture(Map<AgentStatus, Integer> agents) {
        return new Picture(
                agents,
                new TreeMap<>(counts),
                submitToStart.quantile(MEDIAN),
                submitToStart.quantile(WORST),
                firstCompletedAt,
                lastEndedAt);
    }
}
