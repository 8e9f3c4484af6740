package io.ains.testkit;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.StatusReason;
import java.util.List;

/** States of agents of which a test needs only a few fields to be its own. */
public final class AgentStates {
    private AgentStates() {}

    /**
     * An agent on Kafka that has done nothing yet.
     *
     * @param agentId also its display name
     */
    public static AgentState of(
            String agentId, String sessionId, AgentStatus status, StatusReason reason, List<Capability> capabilities) {
        return new AgentState(
                agentId,
                sessionId,
                status,
                reason,
                1,
                List.of(),
                agentId,
                null,
                null,
                null,
                List.of(),
                DeliveryMode.KAFKA,
                5_000,
                capabilities,
                1,
                null,
                null,
                null,
                null,
                null,
                0.5,
                0,
                0,
                null,
                null,
                1,
                1,
                1);
    }
}
