package io.ains.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that is known of an agent, on the compacted {@link Topics#agentStates()}, keyed by agent id; a null value means
 * deregistered, or archived. Times are milliseconds since the epoch, on the broker's clock.
 *
 * @param agentId who
 * @param sessionId of its living, or last, process
 * @param status what the control plane believes
 * @param statusReason why
 * @param statusSince when the status last changed
 * @param resting for which of its capabilities it gets nothing, because it does not take what it is given; empty if
 *     absent
 * @param displayName for people
 * @param description in the author's words
 * @param endpoint where it can be reached
 * @param publicKey hex
 * @param tags for searching
 * @param delivery how it learns of its assignments
 * @param heartbeatIntervalMs milliseconds between its heartbeats
 * @param capabilities what it offers
 * @param registeredAt of its first registration
 * @param lastHeartbeatAt of its last heartbeat, as of this record; null before the first
 * @param uptimeMs from its last heartbeat
 * @param heartbeatRate heartbeats a second, a moving mean of its last ones; null before the second of its session
 * @param heartbeatJitterMs by how many milliseconds the time between two heartbeats differs from its mean, a moving
 *     mean too; null with {@code heartbeatRate}
 * @param metrics from its last heartbeat that had some
 * @param trustScore 0 to 1
 * @param tasksCompleted attempts that ended well, over all sessions
 * @param tasksFailed attempts that did not
 * @param avgCompletionMs mean time from started to completed; null before the first
 * @param lastTaskCompletedAt null before the first
 * @param availability1m share of the last minute that it was alive, 0 to 1
 * @param availability5m the same of five minutes
 * @param availability60m the same of an hour
 */
public record AgentState(
        String agentId,
        String sessionId,
        AgentStatus status,
        StatusReason statusReason,
        long statusSince,
        List<Rest> resting,
        String displayName,
        @Nullable String description,
        @Nullable String endpoint,
        @Nullable String publicKey,
        List<String> tags,
        DeliveryMode delivery,
        int heartbeatIntervalMs,
        List<Capability> capabilities,
        long registeredAt,
        @Nullable Long lastHeartbeatAt,
        @Nullable Long uptimeMs,
        @Nullable Double heartbeatRate,
        @Nullable Double heartbeatJitterMs,
        @Nullable JsonNode metrics,
        double trustScore,
        long tasksCompleted,
        long tasksFailed,
        @Nullable Double avgCompletionMs,
        @Nullable Long lastTaskCompletedAt,
        double availability1m,
        double availability5m,
        double availability60m) {
    public AgentState {
        Objects.requireNonNull(agentId, "agent_id");
        Objects.requireNonNull(sessionId, "session_id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(statusReason, "status_reason");
        Objects.requireNonNull(displayName, "display_name");
        Objects.requireNonNull(delivery, "delivery");
        resting = resting == null ? List.of() : List.copyOf(resting);
        tags = List.copyOf(Objects.requireNonNull(tags, "tags"));
        capabilities = List.copyOf(Objects.requireNonNull(capabilities, "capabilities"));
    }

    /**
     * A living session that is given no tasks of a capability: it sends heartbeats, and is deaf.
     *
     * @param capability of which tasks
     * @param reason in words
     * @param since when it began
     */
    public record Rest(String capability, String reason, long since) {
        public Rest {
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
