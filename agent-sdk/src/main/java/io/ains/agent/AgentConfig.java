package io.ains.agent;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All that an {@link AgentBuilder} collected, checked.
 *
 * @param identity the registration, but for session and request
 * @param metrics for the heartbeats
 * @param health for the heartbeats
 * @param drainTimeout how long running handlers may go on when the agent closes
 * @param startTimeout how long a start may take
 * @param capabilityPartitions of a capability's topic, where this agent has to make it
 * @param shutdownHook whether the end of the process closes the agent
 */
record AgentConfig(
        AgentRegistration identity,
        Topics topics,
        ClientSettings kafka,
        List<Offer<?>> offers,
        Supplier<? extends Map<String, ?>> metrics,
        Supplier<HealthStatus> health,
        Duration drainTimeout,
        Duration startTimeout,
        int capabilityPartitions,
        boolean shutdownHook) {
    AgentConfig {
        offers = List.copyOf(offers);
    }

    String agentId() {
        return identity.agentId();
    }

    Duration heartbeatInterval() {
        return Duration.ofMillis(identity.heartbeatIntervalMs());
    }

    /** The registration of one session. */
    AgentRegistration registration(String sessionId, String requestId) {
        return new AgentRegistration(
                identity.agentId(),
                sessionId,
                requestId,
                identity.displayName(),
                identity.description(),
                identity.endpoint(),
                identity.publicKey(),
                identity.signature(),
                identity.tags(),
                identity.delivery(),
                identity.heartbeatIntervalMs(),
                offers.stream().map(Offer::capability).toList());
    }
}
