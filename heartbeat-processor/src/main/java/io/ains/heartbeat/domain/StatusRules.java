package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.StatusReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what a heartbeat, or the lack of one, means for an agent's status. */
final class StatusRules {
    private StatusRules() {}

    /** Whether a heartbeat says anything new: for nearly all of them it does not, and nothing more is done. */
    static boolean isNews(Standing standing, HealthStatus health) {
        return standing.status() != statusOf(health)
                || (health == HealthStatus.OFFLINE && standing.reason() != StatusReason.GOODBYE);
    }

    static Decision heartbeat(AgentRecord agent, HealthStatus health, long time) {
        StatusReason reason = health == HealthStatus.OFFLINE ? StatusReason.GOODBYE : StatusReason.HEARTBEAT;
        return moved(agent, statusOf(health), reason, time);
    }

    /** The next step of an agent that has been silent for the timeout of its status. */
    static Decision silence(AgentRecord agent, long time) {
        AgentStatus next = agent.standing().isUp() ? AgentStatus.SUSPECT : AgentStatus.INACTIVE;
        return moved(agent, next, StatusReason.SILENCE, time);
    }

    private static AgentStatus statusOf(HealthStatus health) {
        return switch (health) {
            case ACTIVE -> AgentStatus.AVAILABLE;
            case DEGRADED -> AgentStatus.BUSY;
            case OFFLINE -> AgentStatus.INACTIVE;
        };
    }

    private static Decision moved(AgentRecord agent, AgentStatus status, StatusReason reason, long time) {
        Standing after = agent.standing().with(status, reason, time);
        return Decision.of(
                Decision.Effect.TELL,
                agent.with(after),
                List.of(changed(agent.agentId(), agent.standing(), after, null, time)));
    }

    static AgentEvent changed(String agentId, Standing before, Standing after, @Nullable String requestId, long time) {
        return new AgentEvent.StatusChanged(
                agentId, time, requestId, after.sessionId(), before.status(), after.status(), after.reason());
    }
}
