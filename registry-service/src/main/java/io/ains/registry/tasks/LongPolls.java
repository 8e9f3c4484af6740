package io.ains.registry.tasks;

import io.ains.protocol.TaskEvent;
import io.ains.registry.RegistrySettings;
import io.ains.registry.http.Problems;
import io.ains.registry.projection.ProjectionListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Agents that wait for a task: each is an entry in a map and a timer, not a thread. Safe for many threads. */
@Component
class LongPolls implements ProjectionListener {
    private final TaskQueries tasks;
    private final Executor executor;
    private final int limit;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Set<CompletableFuture<Boolean>>> byAgent = new ConcurrentHashMap<>();
    private volatile boolean ending;

    LongPolls(
            TaskQueries tasks,
            RegistrySettings settings,
            @Qualifier("answers") Executor executor,
            MeterRegistry meters) {
        this.tasks = tasks;
        this.executor = executor;
        this.limit = settings.maxWaiting();
        Gauge.builder("ains.registry.polls.waiting", waiting, AtomicInteger::get)
                .description("Agents that wait for a task")
                .register(meters);
    }

    /**
     * Finds what an agent is to do.
     *
     * @param max how many tasks, from 1
     * @param wait how long for the first one
     * @return the tasks at once if there are any; later an empty list if none came
     */
    CompletableFuture<List<TaskView>> next(String agentId, int max, Duration wait) {
        return next(agentId, max, System.nanoTime() + wait.toNanos());
    }

    private CompletableFuture<List<TaskView>> next(String agentId, int max, long deadline) {
        // First the place among the waiting, then the look: a task that comes in between is seen by one of the two.
        CompletableFuture<Boolean> woken = join(agentId);
        try {
            List<TaskView> found = tasks.assigned(agentId, max);
            long left = deadline - System.nanoTime();
            if (!found.isEmpty() || left <= 0 || ending) {
                leave(agentId, woken);
                return CompletableFuture.completedFuture(found);
            }
            return woken.completeOnTimeout(false, left, TimeUnit.NANOSECONDS)
                    .thenComposeAsync(
                            came -> {
                                leave(agentId, woken);
                                return next(agentId, max, deadline);
                            },
                            executor);
        } catch (RuntimeException e) {
            leave(agentId, woken);
            throw e;
        }
    }

    private CompletableFuture<Boolean> join(String agentId) {
        if (waiting.incrementAndGet() > limit) {
            waiting.decrementAndGet();
            throw Problems.overloaded();
        }
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        byAgent.compute(agentId, (id, others) -> {
            Set<CompletableFuture<Boolean>> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(woken);
            return all;
        });
        return woken;
    }

    private void leave(String agentId, CompletableFuture<Boolean> woken) {
        waiting.decrementAndGet();
        byAgent.computeIfPresent(agentId, (id, all) -> {
            all.remove(woken);
            return all.isEmpty() ? null : all;
        });
    }

    /** Sends everybody home, before the web server waits for the requests that it has. */
    @EventListener
    void end(ContextClosedEvent closing) {
        ending = true;
        byAgent.values().forEach(all -> all.forEach(woken -> woken.complete(false)));
    }

    @Override
    public void taskProjected(Projected<TaskEvent> found) {
        if (found.event() instanceof TaskEvent.Assigned assigned) {
            byAgent.getOrDefault(assigned.agentId(), Set.of()).forEach(woken -> woken.complete(true));
        }
    }
}
