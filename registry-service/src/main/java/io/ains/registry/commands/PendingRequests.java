package io.ains.registry.commands;

import io.ains.registry.http.Problems;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Who waits for which answer of the control plane. What is given out is completed on the executor, so that nobody's
 * continuation holds up the projection. Safe for many threads.
 *
 * @param <E> the events that answer
 */
final class PendingRequests<E> {
    private static final Duration[] BUCKETS = IntStream.of(5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Map<String, CompletableFuture<E>> waiting = new ConcurrentHashMap<>();
    private final Duration timeout;
    private final int limit;
    private final Executor executor;
    private final Timer answered;
    private final Timer unanswered;
    private volatile boolean answering = true;

    PendingRequests(String plane, Duration timeout, int limit, Executor executor, MeterRegistry meters) {
        this.timeout = timeout;
        this.limit = limit;
        this.executor = executor;
        Gauge.builder("ains.registry.requests.waiting", waiting, Map::size)
                .tag("plane", plane)
                .description("Requests that wait for the control plane's decision")
                .register(meters);
        this.answered = timer(plane, "answered", meters);
        this.unanswered = timer(plane, "unanswered", meters);
    }

    private static Timer timer(String plane, String outcome, MeterRegistry meters) {
        return Timer.builder("ains.registry.requests")
                .tags("plane", plane, "outcome", outcome)
                .description("From the command to the control plane's decision, or to the end of waiting")
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    /**
     * Begins to wait; to be called before the command is sent.
     *
     * @return the answer; or a 503 problem at the deadline, or at once when too many wait already
     */
    CompletableFuture<E> open(String requestId) {
        CompletableFuture<E> answer = new CompletableFuture<>();
        if (waiting.size() >= limit) {
            answer.completeExceptionally(Problems.overloaded());
            return answer;
        }
        long began = System.nanoTime();
        waiting.put(requestId, answer);
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (event, failure) -> {
                            waiting.remove(requestId);
                            boolean late = failure instanceof TimeoutException;
                            if (failure == null || late) {
                                answering = !late;
                                (late ? unanswered : answered).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                            }
                            if (failure != null) {
                                throw late ? Problems.unanswered(timeout) : Problems.wrap(failure);
                            }
                            return event;
                        },
                        executor);
    }

    boolean isWaiting(String requestId) {
        return waiting.containsKey(requestId);
    }

    void answer(String requestId, E event) {
        CompletableFuture<E> answer = waiting.get(requestId);
        if (answer != null) {
            answer.complete(event);
        }
    }

    void fail(String requestId, RuntimeException failure) {
        CompletableFuture<E> answer = waiting.get(requestId);
        if (answer != null) {
            answer.completeExceptionally(failure);
        }
    }

    /** False from a deadline that passed until the next answer. */
    boolean isAnswering() {
        return answering;
    }
}
