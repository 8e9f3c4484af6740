package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A sign of life, or of time, on {@link Topics#agentHeartbeats()}, keyed by agent id. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(HeartbeatEvent.Heartbeat.class), @JsonSubTypes.Type(Tick.class)})
public sealed interface HeartbeatEvent permits HeartbeatEvent.Heartbeat, Tick {
    /** Calls the visitor's method for this kind of event. */
    <R> R accept(Visitor<R> visitor);

    /**
     * An agent is alive. When, is the broker's time of the record; the agent's own clock counts for nothing.
     *
     * @param agentId who
     * @param sessionId of the process that lives; null means whichever is registered (agents that speak HTTP)
     * @param status how it feels; ACTIVE if absent
     * @param uptimeMs milliseconds since its start, if it says
     * @param metrics whatever the author supplies, at most 4 KiB of JSON
     */
    @JsonTypeName("Heartbeat")
    record Heartbeat(
            String agentId,
            @Nullable String sessionId,
            HealthStatus status,
            @Nullable Long uptimeMs,
            @Nullable JsonNode metrics)
            implements HeartbeatEvent {
        public Heartbeat {
            Objects.requireNonNull(agentId, "agent_id");
            status = Objects.requireNonNullElse(status, HealthStatus.ACTIVE);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of event. */
    interface Visitor<R> {
        R visit(Heartbeat event);

        R visit(Tick event);
    }
}
