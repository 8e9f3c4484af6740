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
    static boolean isNews(Agent agent, HealthStatus health, long time) {
        if (health == HealthStatus.OFFLINE) {
            return agent.standing().reason() != StatusReason.GOODBYE;
        }
        return agent.status() != statusOf(health)
                && !(agent.standing().reason() == StatusReason.FLAPPING
                        && agent.record().returns().holdsAt(time));
    }

    static Decision heartbeat(AgentRecord agent, HealthStatus health, Damping damping, long time) {
        Standing standing = agent.standing();
        if (health == HealthStatus.OFFLINE) {
            return moved(agent, agent.with(standing.with(statusOf(health), StatusReason.GOODBYE, time)), time);
        }
        AgentRecord after = agent.with(standing.with(statusOf(health), StatusReason.HEARTBEAT, time));
        return moved(agent, damping.believe(agent, after, time), time);
    }

    /** The next step of an agent that has been silent for the timeout of its status. */
    static Decision silence(AgentRecord agent, long time) {
        AgentStatus next = agent.standing().isUp() ? AgentStatus.SUSPECT : AgentStatus.INACTIVE;
        return moved(agent, agent.with(agent.standing().with(next, StatusReason.SILENCE, time)), time);
    }

    private static AgentStatus statusOf(HealthStatus health) {
        return switch (health) {
            case ACTIVE -> AgentStatus.AVAILABLE;
            case DEGRADED -> AgentStatus.BUSY;
            case OFFLINE -> AgentStatus.INACTIVE;
        };
    }

    private static Decision moved(AgentRecord before, AgentRecord after, long time) {
        return Decision.of(
                Decision.Effect.TELL,
                after,
                List.of(changed(after.agentId(), before.standing(), after.standing(), null, time)));
    }

    static AgentEvent changed(String agentId, Standing before, Standing after, @Nullable String requestId, long time) {
        return new AgentEvent.StatusChanged(
                agentId, time, requestId, after.sessionId(), before.status(), after.status(), after.reason());
    }
}
