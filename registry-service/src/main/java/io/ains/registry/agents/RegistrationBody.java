package io.ains.registry.agents;

import io.ains.protocol.DeliveryMode;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An agent as it registers itself over HTTP. */
record RegistrationBody(
        @NotNull @Id String agentId,
        @NotBlank @Size(max = 8_192) String publicKey,
        @NotBlank @Size(max = 256) String displayName,
        @NotBlank @Size(max = 2_048) String endpoint,
        @NotBlank @Size(max = 8_192) String signature,
        @Size(max = 10_000) @Nullable String description,
        @Size(max = 100) @Nullable List<@NotBlank @Size(max = 128) String> tags,
        @Min(500) @Max(300_000) @Nullable Integer heartbeatIntervalMs,
        @Size(max = 1_000) @Nullable List<@NotNull @Valid CapabilityBody> capabilities) {
    private static final Pattern HEX = Pattern.compile("(?:[0-9a-fA-F]{2})+");

    /** @param sessionId new for every registration: an HTTP agent knows of none */
    AgentRegistration toRegistration(String sessionId, String requestId) {
        requireHex("public_key", publicKey);
        requireHex("signature", signature);
        return new AgentRegistration(
                agentId,
                sessionId,
                requestId,
                displayName,
                description,
                endpoint,
                publicKey,
                signature,
                tags == null ? List.of() : tags,
                DeliveryMode.POLL,
                heartbeatIntervalMs == null ? AgentRegistration.DEFAULT_HEARTBEAT_INTERVAL_MS : heartbeatIntervalMs,
                capabilities == null || capabilities.isEmpty()
                        ? null
                        : capabilities.stream()
                                .map(CapabilityBody::toCapability)
                                .toList());
    }

    private static void requireHex(String field, String value) {
        if (!HEX.matcher(value).matches()) {
            throw Problems.of(HttpStatus.BAD_REQUEST, "expected " + field + " as hex, two digits for each byte");
        }
    }
}
