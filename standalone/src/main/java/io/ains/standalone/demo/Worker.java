package io.ains.standalone.demo;

import io.ains.agent.Agent;
import io.ains.agent.AgentBuilder;
import io.ains.agent.NonRetryableTaskException;
import io.ains.agent.TaskContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * How one agent pretends to work.
 *
 * @param slots tasks at once, of each capability
 * @param minMs the shortest time that a task takes it
 * @param maxMs the longest
 * @param failureRate the share of attempts that fail
 */
record Worker(String agentId, int slots, int minMs, int maxMs, double failureRate, List<String> capabilities) {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    /** Of the failures, those that another attempt would not mend. */
    private static final double HOPELESS_SHARE = 0.2;

    /**
     * The agent, to be told where Kafka is.
     *
     * @param scale how many times its usual slots it has
     */
    AgentBuilder builder(int scale) {
        AgentBuilder builder =
                Agent.builder(agentId).maxConcurrency(slots * scale).heartbeatInterval(HEARTBEAT);
        capabilities.forEach(name -> builder.capability(name, this::work));
        return builder;
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
