package io.ains.heartbeat.domain;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the last heartbeats said, as of the moment at which the record round it was written.
 *
 * @param lastHeartbeatAt milliseconds since the epoch; null before the first
 * @param uptimeMs from the last heartbeat
 * @param metrics from the last heartbeat that had some
 */
public record Vitals(
        @Nullable Long lastHeartbeatAt,
        @Nullable Long uptimeMs,
        @Nullable JsonNode metrics) {
    static final Vitals NONE = new Vitals(null, null, null);
}
