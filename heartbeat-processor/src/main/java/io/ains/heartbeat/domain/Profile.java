package io.ains.heartbeat.domain;

import io.ains.protocol.DeliveryMode;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent said of itself when it registered; see {@link AgentRegistration} for the fields.
 */
public record Profile(
        String displayName,
        @Nullable String description,
        @Nullable String endpoint,
        @Nullable String publicKey,
        @Nullable String signature,
        List<String> tags,
        DeliveryMode delivery,
        int heartbeatIntervalMs) {
    public Profile {
        tags = List.copyOf(tags);
    }

    static Profile of(AgentRegistration said) {
        return new Profile(
                Objects.requireNonNullElse(said.displayName(), said.agentId()),
                said.description(),
                said.endpoint(),
                said.publicKey(),
                said.signature(),
                said.tags(),
                said.delivery(),
                said.heartbeatIntervalMs());
    }
}
