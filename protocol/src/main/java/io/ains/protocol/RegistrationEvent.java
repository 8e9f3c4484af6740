package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is said of an agent's identity, on {@link Topics#agentRegistrations()}, keyed by agent id. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(RegistrationEvent.AgentRegistration.class),
    @JsonSubTypes.Type(RegistrationEvent.AgentDeregistration.class),
    @JsonSubTypes.Type(RegistrationEvent.CapabilityPublication.class),
    @JsonSubTypes.Type(RegistrationEvent.CapabilityRemoval.class),
    @JsonSubTypes.Type(RegistrationEvent.TrustAdjustment.class)
})
public sealed interface RegistrationEvent {
    /** The agent that it is about. */
    String agentId();

    /** Given back in the {@link AgentEvent} that answers, so that whoever asked can wait for it. */
    @Nullable
    String requestId();

    /** Calls the visitor's method for this kind of event. */
    <R> R accept(Visitor<R> visitor);

    /**
     * An agent's process says who it is. The same session again only refreshes what is known; a new session ends the
     * old one, whose tasks go back to the queue.
     *
     * @param agentId stable over restarts
     * @param sessionId new with every start of the process
     * @param requestId see {@link #requestId()}
     * @param displayName for people; the agent's id if absent
     * @param description in the author's words
     * @param endpoint where the agent can be reached, if it can
     * @param publicKey hex; once known, only the same key may register this id again
     * @param signature hex; kept, not checked yet
     * @param tags for searching
     * @param delivery how the agent learns of its assignments; {@code kafka} if absent
     * @param heartbeatIntervalMs milliseconds between heartbeats, 500 to 300,000; 5,000 if absent
     * @param capabilities all that it offers; null leaves what was published before, as over HTTP
     */
    @JsonTypeName("AgentRegistration")
    record AgentRegistration(
            String agentId,
            String sessionId,
            @Nullable String requestId,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable String endpoint,
            @Nullable String publicKey,
            @Nullable String signature,
            List<String> tags,
            DeliveryMode delivery,
            Integer heartbeatIntervalMs,
            @Nullable List<Capability> capabilities)
            implements RegistrationEvent {

        /** The interval of an agent that names none, in milliseconds. */
        public static final int DEFAULT_HEARTBEAT_INTERVAL_MS = 5_000;

        public AgentRegistration {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            tags = tags == null ? List.of() : List.copyOf(tags);
            delivery = Objects.requireNonNullElse(delivery, DeliveryMode.KAFKA);
            heartbeatIntervalMs = Objects.requireNonNullElse(heartbeatIntervalMs, DEFAULT_HEARTBEAT_INTERVAL_MS);
            capabilities = capabilities == null ? null : List.copyOf(capabilities);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent is to be forgotten; its tasks go back to the queue at once.
     *
     * @param agentId the agent
     * @param requestId see {@link #requestId()}
     * @param reason for the record
     */
    @JsonTypeName("AgentDeregistration")
    record AgentDeregistration(
            String agentId,
            @Nullable String requestId,
            @Nullable String reason) implements RegistrationEvent {
        public AgentDeregistration {
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A registered agent offers one more capability, or replaces the one of the same name.
     *
     * @param agentId the agent
     * @param requestId see {@link #requestId()}
     * @param capability what it offers
     */
    @JsonTypeName("CapabilityPublication")
    record CapabilityPublication(String agentId, @Nullable String requestId, Capability capability)
            implements RegistrationEvent {
        public CapabilityPublication {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A registered agent no longer offers a capability; it keeps the tasks that it has.
     *
     * @param agentId the agent
     * @param requestId see {@link #requestId()}
     * @param capability the name
     */
    @JsonTypeName("CapabilityRemoval")
    record CapabilityRemoval(String agentId, @Nullable String requestId, String capability)
            implements RegistrationEvent {
        public CapabilityRemoval {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * An operator changes an agent's trust.
     *
     * @param agentId the agent
     * @param requestId see {@link #requestId()}
     * @param delta −1 to 1; the score stays within 0 and 1
     * @param reason for the record
     */
    @JsonTypeName("TrustAdjustment")
    record TrustAdjustment(
            String agentId,
            @Nullable String requestId,
            double delta,
            @Nullable String reason) implements RegistrationEvent {
        public TrustAdjustment {
            Objects.requireNonNull(agentId, "agent_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of event. */
    interface Visitor<R> {
        R visit(AgentRegistration event);

        R visit(AgentDeregistration event);

        R visit(CapabilityPublication event);

        R visit(CapabilityRemoval event);

        R visit(TrustAdjustment event);
    }
}
