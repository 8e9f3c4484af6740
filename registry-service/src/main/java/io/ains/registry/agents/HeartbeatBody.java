package io.ains.registry.agents;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A heartbeat as it comes over HTTP.
 *
 * @param timestamp the agent's own clock, in seconds; it counts for nothing, the broker's does
 */
record HeartbeatBody(
        @NotNull @PositiveOrZero Double timestamp,
        @NotNull HealthStatus status,
        @NotNull @PositiveOrZero Long uptimeMs,
        @Nullable ObjectNode metrics) {
    private static final int MAX_METRICS_CHARS = 4_096;

    HeartbeatEvent.Heartbeat toHeartbeat(String agentId) {
        if (metrics != null && metrics.toString().length() > MAX_METRICS_CHARS) {
            throw Problems.invalid("metrics", "expected at most " + MAX_METRICS_CHARS + " characters of JSON");
        }
        return new HeartbeatEvent.Heartbeat(agentId, null, status, uptimeMs, metrics);
    }
}
