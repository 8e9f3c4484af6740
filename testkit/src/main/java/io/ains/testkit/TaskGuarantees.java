package io.ains.testkit;

import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What AINS promises of tasks, checked against what stands on the topics when all is over: nothing lost, nothing
 * doubled, no attempt in two hands, nobody over their capacity. A result that says {@code by} whom and in which {@code
 * attempt} it was made is taken at its word.
 */
public final class TaskGuarantees {
    private static final class History {
        int submitted;
        int completed;
        int ended;
        int attempts;

        /** Of the last attempt, whose reports alone count. */
        @Nullable
        String holder;

        @Nullable
        TaskStatus status;

        @Nullable
        TaskEvent last;
    }

    private record Attempt(String taskId, int number) {}

    private record Change(long at, int by, String place) {}

    private final Map<String, History> tasks = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int requeued;

    /**
     * Checks. Every argument is what was read of a topic from its beginning.
     *
     * @param accepted ids of the tasks that Kafka has acknowledged to their clients
     * @param events of all tasks; each task's own in their order
     * @param deliveries of all capabilities' topics
     * @param slots how many tasks of a capability each agent takes at once, by agent id
     */
    public TaskGuarantees(
            Collection<String> accepted,
            List<TaskEvent> events,
            List<TaskDelivery> deliveries,
            Map<String, Integer> slots) {
        events.forEach(this::follow);
        checkEnds(accepted);
        checkHands(events, deliveries);
        checkCapacity(events, slots);
    }

    private void follow(TaskEvent event) {
        if (event instanceof TaskEvent.CommandRejected
                || event instanceof TaskEvent.SubmissionRepeated
                || event instanceof TaskEvent.RoutingTested) {
            return;
        }
        History task = tasks.computeIfAbsent(event.taskId(), id -> new History());
        task.last = event;
        if (task.ended > 0 && !(event instanceof TaskEvent.Requeued) && !(event instanceof TaskEvent.DeadTaskPurged)) {
            violations.add("terminal is not terminal: after its end came " + event);
        }
        if (event instanceof TaskEvent.Submitted) {
            task.submitted++;
        } else if (event instanceof TaskEvent.Assigned assigned) {
            if (assigned.attempt() != ++task.attempts) {
                violations.add("attempts do not count up: " + event);
            }
            task.holder = assigned.agentId();
        } else if (event instanceof TaskEvent.Started started) {
            checkHolder(task, event, started.agentId(), started.attempt());
        } else if (event instanceof TaskEvent.Requeued) {
            requeued++;
            task.ended = 0;
        } else if (event instanceof TaskEvent.Completed completed) {
            task.completed++;
            end(task, TaskStatus.COMPLETED);
            checkHolder(task, event, completed.agentId(), completed.attempt());
            JsonNode result = completed.resultData();
            if (result != null && result.has("by")) {
                checkHolder(
                        task,
                        event,
                        result.path("by").asString(),
                        result.path("attempt").asInt());
            }
        } else if (event instanceof TaskEvent.Failed) {
            end(task, TaskStatus.FAILED);
        } else if (event instanceof TaskEvent.Cancelled) {
            end(task, TaskStatus.CANCELLED);
        } else if (event instanceof TaskEvent.Expired) {
            end(task, TaskStatus.EXPIRED);
        }
    }

    private void checkHolder(History task, TaskEvent event, @Nullable String agentId, int attempt) {
        if (!Objects.equals(agentId, task.holder) || attempt != task.attempts) {
            violations.add("in two hands: " + task.holder + " has attempt " + task.attempts + ", but attempt " + attempt
                    + " of " + agentId + " is told of by " + event);
        }
    }

    private static void end(History task, TaskStatus status) {
        task.ended++;
        task.status = status;
    }

    private void checkEnds(Collection<String> accepted) {
        for (String id : accepted) {
            History task = tasks.get(id);
            if (task == null || task.submitted == 0) {
                violations.add("lost: " + id + " was acknowledged, and then never heard of");
            } else if (task.ended == 0) {
                violations.add("lost: " + id + " has not ended, its last event is " + task.last);
            }
        }
        tasks.forEach((id, task) -> {
            if (task.submitted > 1) {
                violations.add("doubled: " + id + " was submitted " + task.submitted + " times");
            }
            if (task.completed > 1) {
                violations.add("doubled: " + id + " was completed " + task.completed + " times");
            }
        });
    }

    private void checkHands(List<TaskEvent> events, List<TaskDelivery> deliveries) {
        Set<Attempt> assigned = new HashSet<>();
        for (TaskEvent event : events) {
            if (event instanceof TaskEvent.Assigned assignment) {
                assigned.add(new Attempt(assignment.taskId(), assignment.attempt()));
            }
        }
        Map<Attempt, String> delivered = new HashMap<>();
        for (TaskDelivery delivery : deliveries) {
            if (delivery instanceof TaskDelivery.TaskAssignment) {
                Attempt attempt = new Attempt(delivery.taskId(), delivery.attempt());
                String before = delivered.put(attempt, delivery.agentId());
                if (before != null) {
                    violations.add("in two hands: " + attempt + " went to " + before + " and to " + delivery.agentId());
                }
            }
        }
        if (!assigned.equals(delivered.keySet())) {
            Set<Attempt> odd = new HashSet<>(assigned);
            odd.removeAll(delivered.keySet());
            Set<Attempt> more = new HashSet<>(delivered.keySet());
            more.removeAll(assigned);
            violations.add("assigned but not delivered: " + odd + ", delivered but not assigned: " + more);
        }
    }

    /**
     * Tasks lie on several partitions, whose common order is that of the broker's clock; within a millisecond an end is
     * taken to come before a beginning.
     */
    private void checkCapacity(List<TaskEvent> events, Map<String, Integer> slots) {
        Map<String, String> holders = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        for (TaskEvent event : events) {
            if (event instanceof TaskEvent.Assigned assigned) {
                String place = assigned.agentId() + " " + assigned.capability();
                holders.put(event.taskId(), place);
                changes.add(new Change(event.at(), 1, place));
            } else if (event instanceof TaskEvent.Requeued
                    || event instanceof TaskEvent.Completed
                    || event instanceof TaskEvent.Failed
                    || event instanceof TaskEvent.Cancelled
                    || event instanceof TaskEvent.Expired) {
                String place = holders.remove(event.taskId());
                if (place != null) {
                    changes.add(new Change(event.at(), -1, place));
                }
            }
        }
        changes.sort(Comparator.comparingLong(Change::at).thenComparingInt(Change::by));
        Map<String, Integer> held = new HashMap<>();
        for (Change change : changes) {
            int now = held.merge(change.place(), change.by(), Integer::sum);
            String agentId = change.place().substring(0, change.place().indexOf(' '));
            if (change.by() > 0 && now > slots.getOrDefault(agentId, 0)) {
                violations.add("over capacity: " + change.place() + " had " + now + " at " + change.at());
            }
        }
    }

    /** Every promise that was broken, in words; empty if none was. */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many tasks there were. */
    public int submitted() {
        return tasks.size();
    }

    /** How many tasks ended so. */
    public long ended(TaskStatus status) {
        return tasks.values().stream()
                .filter(task -> task.status == status && task.ended > 0)
                .count();
    }

    /** How often a task went back to its queue. */
    public int requeued() {
        return requeued;
    }
}
