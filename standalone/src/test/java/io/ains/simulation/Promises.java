package io.ains.simulation;

import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold after every event, checked against a model that knows nothing but the events themselves. */
final class Promises {
    private static final class Known {
        final TaskSpec spec;
        long arrival;
        long enqueuedAt;
        int priority;
        TaskStatus status;
        boolean queued;
        int attempt;
        String agentId = "";
        String sessionId = "";

        Known(TaskSpec spec, TaskEvent.Submitted event, long arrival) {
            this.spec = spec;
            this.priority = spec.priority();
            this.arrival = arrival;
            this.enqueuedAt = event.at();
            this.status = event.status();
        }

        boolean held() {
            return status == TaskStatus.ASSIGNED || status == TaskStatus.ACTIVE;
        }
    }

    /** Waiting tasks that any agent that may take the one may take too. */
    private record Rivals(String capability, double minTrust) {
        static Rivals of(Known task) {
            return new Rivals(task.spec.capability(), task.spec.minTrust());
        }
    }

    /** The waiting tasks of one priority. */
    private static final class Level {
        private static final Comparator<Known> OLDEST_FIRST =
                Comparator.<Known>comparingLong(task -> task.enqueuedAt).thenComparingLong(task -> task.arrival);

        final int priority;
        final TreeSet<Known> all = new TreeSet<>(OLDEST_FIRST);
        final Map<String, TreeSet<Known>> byClient = new HashMap<>();

        Level(int priority) {
            this.priority = priority;
        }

        void add(Known task) {
            all.add(task);
            of(task.spec.clientId()).add(task);
        }

        void remove(Known task) {
            all.remove(task);
            of(task.spec.clientId()).remove(task);
        }

        TreeSet<Known> of(String clientId) {
            return byClient.computeIfAbsent(clientId, any -> new TreeSet<>(OLDEST_FIRST));
        }

        long rank(long agingMillis) {
            return all.isEmpty() ? Long.MAX_VALUE : all.first().enqueuedAt - priority * agingMillis;
        }
    }

    private final long agingMillis;
    private final Map<String, Known> tasks = new HashMap<>();
    private final Map<Rivals, Map<Integer, Level>> queued = new HashMap<>();
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<String, Integer> held = new HashMap<>();
    private long arrivals;
    private int live;
    private TaskResult.@Nullable Report report;

    Promises(long agingMillis) {
        this.agingMillis = agingMillis;
    }

    int live() {
        return live;
    }

    int accepted() {
        return tasks.size();
    }

    /** What the control plane has been told that an agent can take. */
    void slots(String agentId, String capability, int count) {
        slots.put(agentId + "/" + capability, count);
    }

    /** The report that is being processed: what follows from it must be about the attempt that it names. */
    void processing(TaskResult.@Nullable Report present) {
        report = present;
    }

    void check(TaskEvent event) {
        if (event instanceof TaskEvent.Submitted submitted) {
            require(!tasks.containsKey(event.taskId()), "a task id is one task", event);
            Known task = new Known(submitted.task(), submitted, ++arrivals);
            tasks.put(event.taskId(), task);
            live++;
            if (task.status == TaskStatus.PENDING) {
                enqueue(task);
            }
            return;
        }
        if (event instanceof TaskEvent.CommandRejected || event instanceof TaskEvent.SubmissionRepeated) {
            return;
        }
        Known task = tasks.get(event.taskId());
        if (task == null) {
            throw new AssertionError("only accepted tasks have a history: " + event);
        }
        boolean revived = event instanceof TaskEvent.Requeued && task.status == TaskStatus.FAILED;
        require(revived || !task.status.isTerminal(), "terminal is terminal", event);
        change(task, event);
    }

    private void change(Known task, TaskEvent event) {
        if (event instanceof TaskEvent.Queued) {
            if (task.status == TaskStatus.SCHEDULED) {
                task.enqueuedAt = event.at();
            }
            task.status = TaskStatus.PENDING;
            enqueue(task);
        } else if (event instanceof TaskEvent.Assigned assigned) {
            assign(task, assigned);
        } else if (event instanceof TaskEvent.Started started) {
            require(task.status == TaskStatus.ASSIGNED, "only an assigned task starts", event);
            require(fenced(task) && started.attempt() == task.attempt, "fencing", event);
            task.status = TaskStatus.ACTIVE;
        } else if (event instanceof TaskEvent.Progressed) {
            require(task.held(), "only a held task makes progress", event);
        } else if (event instanceof TaskEvent.Requeued requeued) {
            requeue(task, requeued);
        } else if (event instanceof TaskEvent.Completed completed) {
            require(task.held(), "only a held task completes", event);
            require(fenced(task) && completed.attempt() == task.attempt, "fencing", event);
            end(task, TaskStatus.COMPLETED);
        } else if (event instanceof TaskEvent.Failed) {
            end(task, TaskStatus.FAILED);
        } else if (event instanceof TaskEvent.Cancelled) {
            end(task, TaskStatus.CANCELLED);
        } else if (event instanceof TaskEvent.Expired) {
            end(task, TaskStatus.EXPIRED);
        } else if (event instanceof TaskEvent.PriorityChanged changed) {
            require(!task.held(), "only a waiting task moves", event);
            boolean waits = task.queued;
            if (waits) {
                dequeue(task);
            }
            task.priority = changed.newPriority();
            if (waits) {
                enqueue(task);
            }
        }
    }

    private boolean fenced(Known task) {
        TaskResult.Report cause = report;
        return cause != null
                && cause.agentId().equals(task.agentId)
                && task.sessionId.equals(cause.sessionId())
                && Integer.valueOf(task.attempt).equals(cause.attempt());
    }

    private void assign(Known task, TaskEvent.Assigned event) {
        require(
                task.queued && task.status == TaskStatus.PENDING,
                "at most one live attempt, and only of who waits",
                event);
        require(event.attempt() == task.attempt + 1, "attempts count up", event);
        requireOrder(task, event);
        dequeue(task);
        task.status = TaskStatus.ASSIGNED;
        task.attempt = event.attempt();
        task.agentId = event.agentId();
        task.sessionId = event.sessionId();
        int now = held.merge(place(task), 1, Integer::sum);
        require(now <= slots.getOrDefault(place(task), 0), "no agent over its concurrency", event);
    }

    /**
     * A task has to wait for those that could go just as well, by the same demand for trust: of its client and level for
     * those that wait longer, and of other levels for all if their oldest outranks the oldest of its own.
     */
    private void requireOrder(Known task, TaskEvent.Assigned event) {
        Map<Integer, Level> levels = levels(task);
        Level own = levels.computeIfAbsent(task.priority, Level::new);
        requireFirst(task, own.of(task.spec.clientId()).first(), event);
        long rank = own.rank(agingMillis);
        for (Level other : levels.values()) {
            if (other.rank(agingMillis) < rank) {
                requireFirst(task, other.all.first(), event);
            }
        }
    }

    private static void requireFirst(Known task, Known first, TaskEvent.Assigned event) {
        if (first != task) {
            throw new AssertionError(
                    "broken promise: order, " + first.spec.taskId() + " should have come before " + event);
        }
    }

    private void requeue(Known task, TaskEvent.Requeued event) {
        if (task.status == TaskStatus.FAILED) {
            live++;
            task.enqueuedAt = event.at();
        } else {
            require(task.held(), "only a held task goes back", event);
            release(task);
        }
        task.status = TaskStatus.PENDING;
        if (event.availableAt() <= event.at()) {
            enqueue(task);
        }
    }

    private void enqueue(Known task) {
        require(!task.queued, "in one place only", null);
        task.queued = true;
        levels(task).computeIfAbsent(task.priority, Level::new).add(task);
    }

    private void dequeue(Known task) {
        task.queued = false;
        levels(task).computeIfAbsent(task.priority, Level::new).remove(task);
    }

    private Map<Integer, Level> levels(Known task) {
        return queued.computeIfAbsent(Rivals.of(task), any -> new HashMap<>());
    }

    private void end(Known task, TaskStatus status) {
        if (task.held()) {
            release(task);
        }
        if (task.queued) {
            dequeue(task);
        }
        task.status = status;
        live--;
    }

    private void release(Known task) {
        held.merge(place(task), -1, Integer::sum);
        task.agentId = "";
    }

    private static String place(Known task) {
        return task.agentId + "/" + task.spec.capability();
    }

    TaskStatus statusOf(String taskId) {
        Known task = tasks.get(taskId);
        if (task == null) {
            throw new AssertionError("a task that was stored was accepted: " + taskId);
        }
        return task.status;
    }

    private static void require(boolean holds, String promise, @Nullable TaskEvent event) {
        if (!holds) {
            throw new AssertionError("broken promise: " + promise + (event == null ? "" : ", by " + event));
        }
    }
}
