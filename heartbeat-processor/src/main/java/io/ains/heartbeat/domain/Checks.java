package io.ains.heartbeat.domain;

import io.ains.protocol.Capability;
import io.ains.protocol.Ids;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the control plane takes for granted of what it keeps. Each check returns the first fault in words, or null. */
final class Checks {
    static final int MIN_INTERVAL_MS = 500;
    static final int MAX_INTERVAL_MS = 300_000;
    static final int MAX_CAPABILITIES = 100;
    /** Keeps a state, at worst six bytes a character, below the largest record that Kafka takes. */
    static final int MAX_TEXT = 256 * 1024;

    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]+");
    private static final int MAX_QUOTED = 64;

    private Checks() {}

    static @Nullable String faultOfAddress(RegistrationEvent request) {
        if (!Ids.isValid(request.agentId())) {
            return faultOfId("agent_id", request.agentId());
        }
        String requestId = request.requestId();
        return requestId == null || Ids.isValid(requestId) ? null : faultOfId("request_id", requestId);
    }

    static @Nullable String faultOf(AgentRegistration said) {
        if (!Ids.isValid(said.sessionId())) {
            return faultOfId("session_id", said.sessionId());
        }
        int interval = said.heartbeatIntervalMs();
        if (interval < MIN_INTERVAL_MS || interval > MAX_INTERVAL_MS) {
            return "expected heartbeat_interval_ms from " + MIN_INTERVAL_MS + " to " + MAX_INTERVAL_MS + ", but got "
                    + interval;
        }
        if (isNotHex(said.publicKey())) {
            return "expected public_key in hex, but got " + quoted(said.publicKey());
        }
        if (isNotHex(said.signature())) {
            return "expected signature in hex, but got " + quoted(said.signature());
        }
        return null;
    }

    /** The agent as it would be: each part was checked, or comes from a registration that names several at once. */
    static @Nullable String faultOf(AgentRecord record) {
        List<Capability> capabilities = record.capabilities();
        if (capabilities.size() > MAX_CAPABILITIES) {
            return "expected at most " + MAX_CAPABILITIES + " capabilities, but got " + capabilities.size();
        }
        Set<String> names = new HashSet<>();
        for (Capability capability : capabilities) {
            if (!Ids.isValid(capability.name())) {
                return faultOfId("a capability's name", capability.name());
            }
            int slots = capability.maxConcurrency();
            if (slots < 1 || slots > Capability.MAX_CONCURRENCY) {
                return "expected max_concurrency of " + capability.name() + " from 1 to " + Capability.MAX_CONCURRENCY
                        + ", but got " + slots;
            }
            if (!names.add(capability.name())) {
                return "expected each capability once, but got " + capability.name() + " twice";
            }
        }
        long text = sizeOf(record);
        if (text > MAX_TEXT) {
            return "expected at most " + MAX_TEXT + " characters of profile and capabilities, but got " + text;
        }
        return null;
    }

    static String quoted(@Nullable String text) {
        if (text == null) {
            return "nothing";
        }
        return '"' + (text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…") + '"';
    }

    private static String faultOfId(String field, String got) {
        return "expected " + field + " of " + Ids.RULE + ", but got " + quoted(got);
    }

    private static boolean isNotHex(@Nullable String text) {
        return text != null && !HEX.matcher(text).matches();
    }

    private static long sizeOf(AgentRecord record) {
        Profile profile = record.profile();
        long size = sizeOf(
                profile.displayName(),
                profile.description(),
                profile.endpoint(),
                profile.publicKey(),
                profile.signature());
        for (String tag : profile.tags()) {
            size += sizeOf(tag);
        }
        for (Capability one : record.capabilities()) {
            size += sizeOf(one.description(), one.version(), one.pricingModel(), one.currency(), one.signature())
                    + sizeOf(one.inputSchema())
                    + sizeOf(one.outputSchema());
        }
        return size;
    }

    private static long sizeOf(@Nullable String... texts) {
        long size = 0;
        for (String text : texts) {
            // Two quotes and a comma: many empty texts are not free either.
            size += text == null ? 0 : text.length() + 3;
        }
        return size;
    }

    private static long sizeOf(@Nullable JsonNode node) {
        return node == null ? 0 : node.toString().length();
    }
}
