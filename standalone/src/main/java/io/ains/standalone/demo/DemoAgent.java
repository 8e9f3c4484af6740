package io.ains.standalone.demo;

import io.ains.agent.Agent;
import io.ains.agent.AgentBuilder;
import java.util.List;

/** One agent that pretends, for an AINS that runs elsewhere. */
public final class DemoAgent {
    private static final List<String> CAPABILITIES = List.of("embed", "translate", "summarize");
    private static final int SLOTS = 8;
    private static final int MIN_MS = 20;
    private static final int MAX_MS = 200;
    private static final double FAILURE_RATE = 0.01;

    private DemoAgent() {}

    /** The agent, which takes every task that {@link RunningLoad} submits; to be told where Kafka is. */
    public static AgentBuilder builder(String agentId) {
        return new Worker(agentId, SLOTS, MIN_MS, MAX_MS, FAILURE_RATE, CAPABILITIES)
                .builder(1)
                .displayName("demo agent");
    }

    /** What it can do, for people. */
    public static String offers(Agent agent) {
        return agent.agentId() + ": " + String.join(", ", CAPABILITIES) + ", " + SLOTS + " at once of each";
    }
}
