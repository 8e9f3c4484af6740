package io.ains.standalone.demo;

import io.ains.agent.Agent;
import io.ains.agent.AgentBuilder;
import io.ains.agent.NonRetryableTaskException;
import io.ains.agent.TaskContext;
import io.ains.standalone.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Five agents that pretend: quick and slow ones, careful and careless ones. */
final class Fleet implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    /** Of the failures, those that another attempt would not mend. */
    private static final double HOPELESS_SHARE = 0.2;

    private static final List<Worker> WORKERS = List.of(
            new Worker("embedder-1", 8, 10, 60, 0.01, List.of("embed")),
            new Worker("embedder-2", 4, 30, 150, 0.05, List.of("embed")),
            new Worker("translator-1", 8, 80, 300, 0.02, List.of("translate")),
            new Worker("summarizer-1", 8, 200, 800, 0.04, List.of("summarize")),
            new Worker("generalist-1", 2, 150, 600, 0.10, List.of("embed", "translate", "summarize")));

    private final List<Agent> agents;

    /**
     * One of the fleet.
     *
     * @param slots tasks at once, of each capability
     * @param minMs the shortest time that a task takes it
     * @param maxMs the longest
     * @param failureRate the share of attempts that fail
     */
    private record Worker(
            String agentId, int slots, int minMs, int maxMs, double failureRate, List<String> capabilities) {
        Agent agent(String bootstrapServers, int scale) {
            AgentBuilder builder = Agent.builder(agentId)
                    .bootstrapServers(bootstrapServers)
                    .maxConcurrency(slots * scale)
                    .heartbeatInterval(HEARTBEAT)
                    .startTimeout(START_TIMEOUT)
                    .drainTimeout(DRAIN_TIMEOUT)
                    .shutdownHook(false);
            capabilities.forEach(name -> builder.capability(name, this::work));
            return builder.build();
        }

        private Map<String, Object> work(TaskContext<JsonNode> task) throws InterruptedException {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            int millis = random.nextInt(minMs, maxMs);
            TimeUnit.MILLISECONDS.sleep(millis);
            if (random.nextDouble() < failureRate) {
                if (random.nextDouble() < HOPELESS_SHARE) {
                    throw new NonRetryableTaskException("pretended failure for good");
                }
                throw new IllegalStateException("pretended failure");
            }
            return Map.of("millis", millis);
        }
    }

    /**
     * Starts the agents, all at once.
     *
     * @param scale how many times their usual slots they have
     */
    Fleet(String bootstrapServers, int scale) {
        agents = WORKERS.stream()
                .map(worker -> worker.agent(bootstrapServers, scale))
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
