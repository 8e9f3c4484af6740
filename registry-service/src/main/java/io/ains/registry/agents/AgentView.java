package io.ains.registry.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.ains.protocol.AgentState;
import io.ains.protocol.Capability;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that is known of an agent, as HTTP tells it. */
record AgentView(
        String agentId,
        String displayName,
        @Nullable String description,
        @Nullable String endpoint,
        @Nullable String publicKey,
        List<String> tags,
        String status,
        String statusReason,
        Instant statusSince,
        List<AgentState.Rest> resting,
        String sessionId,
        String delivery,
        int heartbeatIntervalMs,
        List<Capability> capabilities,
        Instant createdAt,
        @Nullable Instant lastHeartbeat,
        @Nullable Long uptimeMs,
        @Nullable Double heartbeatRate,
        @Nullable Double heartbeatJitterMs,
        @JsonRawValue @Nullable String metrics,
        double trustScore,
        long totalTasksCompleted,
        long totalTasksFailed,
        @Nullable Double avgCompletionTimeSeconds,
        @Nullable Instant lastTaskCompletedAt,
        @JsonProperty("availability_1m") double availability1m,
        @JsonProperty("availability_5m") double availability5m,
        @JsonProperty("availability_60m") double availability60m,
        long activeTasks) {

    /** What a registration is answered with. */
    record Registered(
            String agentId,
            @Nullable String publicKey,
            String displayName,
            @Nullable String endpoint,
            Instant createdAt,
            double trustScore,
            List<String> tags,
            String status,
            String sessionId) {}

    Registered registered() {
        return new Registered(
                agentId, publicKey, displayName, endpoint, createdAt, trustScore, tags, status, sessionId);
    }

    /** One of a list. */
    record Summary(
            String agentId,
            String displayName,
            String status,
            double trustScore,
            List<String> capabilities,
            @Nullable Instant lastHeartbeat) {}

    Summary summary() {
        return new Summary(
                agentId,
                displayName,
                status,
                trustScore,
                capabilities.stream().map(Capability::name).toList(),
                lastHeartbeat);
    }
}
