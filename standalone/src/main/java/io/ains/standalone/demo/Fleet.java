package io.ains.standalone.demo;

import io.ains.agent.Agent;
import io.ains.standalone.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Five agents that pretend: quick and slow ones, careful and careless ones. */
final class Fleet implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private static final List<Worker> WORKERS = List.of(
            new Worker("embedder-1", 8, 10, 60, 0.01, List.of("embed")),
            new Worker("embedder-2", 4, 30, 150, 0.05, List.of("embed")),
            new Worker("translator-1", 8, 80, 300, 0.02, List.of("translate")),
            new Worker("summarizer-1", 8, 200, 800, 0.04, List.of("summarize")),
            new Worker("generalist-1", 2, 150, 600, 0.10, List.of("embed", "translate", "summarize")));

    private final List<Agent> agents;

    /**
     * Starts the agents, all at once.
     *
     * @param scale how many times their usual slots they have
     */
    Fleet(String bootstrapServers, int scale) {
        agents = WORKERS.stream()
                .map(worker -> worker.builder(scale)
                        .bootstrapServers(bootstrapServers)
                        .startTimeout(START_TIMEOUT)
                        .drainTimeout(DRAIN_TIMEOUT)
                        .shutdownHook(false)
                        .build())
                .toList();
        List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
        boolean ended = Together.run(
                START_TIMEOUT.plusSeconds(1),
                agents.stream()
                        .<Runnable>map(agent -> () -> {
                            try {
                                agent.start();
                            } catch (RuntimeException e) {
                                failures.add(e);
                            }
                        })
                        .toList());
        if (!ended || !failures.isEmpty()) {
            close();
            throw failures.isEmpty() ? new IllegalStateException("the agents do not start") : failures.get(0);
        }
    }

    @Override
    public void close() {
        Together.run(
                CLOSE_TIMEOUT,
                agents.stream().<Runnable>map(agent -> agent::close).toList());
    }
}
