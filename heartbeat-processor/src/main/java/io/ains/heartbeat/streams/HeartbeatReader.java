package io.ains.heartbeat.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.heartbeat.domain.Fleet;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads a heartbeat as well-behaved agents write it, token by token and without a tree: its metrics stay the text that
 * they came as, which is a tenth of what their nodes take. All else, however right or wrong, is somebody else's to
 * read.
 */
final class HeartbeatReader {
    private HeartbeatReader() {}

    /** The heartbeat; null if the bytes are anything unusual, or nothing at all. */
    static @Nullable Heartbeat read(byte[] bytes) {
        if (bytes.length > 2 * Fleet.MAX_METRICS_BYTES) {
            return null;
        }
        try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? read(parser, bytes) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable Heartbeat read(JsonParser parser, byte[] bytes) {
        boolean isHeartbeat = false;
        String agentId = null;
        String sessionId = null;
        HealthStatus status = HealthStatus.ACTIVE;
        Long uptimeMs = null;
        JsonNode metrics = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "type" -> isHeartbeat = value == JsonToken.VALUE_STRING && "Heartbeat".equals(parser.getString());
                case "agent_id" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        return null;
                    }
                    agentId = parser.getString();
                }
                case "session_id" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        return null;
                    }
                    sessionId = parser.getString();
                }
                case "status" -> {
                    HealthStatus known = value == JsonToken.VALUE_STRING ? statusOf(parser.getString()) : null;
                    if (known == null) {
                        return null;
                    }
                    status = known;
                }
                case "uptime_ms" -> {
                    if (value != JsonToken.VALUE_NUMBER_INT) {
                        return null;
                    }
                    uptimeMs = parser.getLongValue();
                }
                case "metrics" -> {
                    metrics = rawObject(parser, value, bytes);
                    if (metrics == null) {
                        return null;
                    }
                }
                default -> parser.skipChildren();
            }
        }
        boolean ends = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        return isHeartbeat && agentId != null && ends
                ? new Heartbeat(agentId, sessionId, status, uptimeMs, metrics)
                : null;
    }

    private static @Nullable JsonNode rawObject(JsonParser parser, JsonToken value, byte[] bytes) {
        if (value != JsonToken.START_OBJECT) {
            return null;
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return to - from > Fleet.MAX_METRICS_BYTES ? null : Json.raw(new String(bytes, from, to - from, UTF_8));
    }

    private static @Nullable HealthStatus statusOf(String name) {
        return switch (name) {
            case "ACTIVE" -> HealthStatus.ACTIVE;
            case "DEGRADED" -> HealthStatus.DEGRADED;
            case "OFFLINE" -> HealthStatus.OFFLINE;
            default -> null;
        };
    }
}
