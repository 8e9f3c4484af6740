package io.ains.agent;

/** An agent as its author would run it: a process that starts it and leaves the rest to the signal that ends it. */
final class AgentProcess {
    private AgentProcess() {}

    public static void main(String[] args) {
        Agent agent = Agent.builder(args[2])
                .bootstrapServers(args[0])
                .topicPrefix(args[1])
                .capability("wait", task -> null)
                .build();
        agent.start();
    }
}
