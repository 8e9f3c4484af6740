package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeat-processor decided of an agent, on {@link Topics#agentEvents()}, keyed by agent id. {@code at} is
 * milliseconds since the epoch, on the broker's clock.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(AgentEvent.Registered.class),
    @JsonSubTypes.Type(AgentEvent.CapabilityPublished.class),
    @JsonSubTypes.Type(AgentEvent.CapabilityRemoved.class),
    @JsonSubTypes.Type(AgentEvent.StatusChanged.class),
    @JsonSubTypes.Type(AgentEvent.Rested.class),
    @JsonSubTypes.Type(AgentEvent.Resumed.class),
    @JsonSubTypes.Type(AgentEvent.TrustChanged.class),
    @JsonSubTypes.Type(AgentEvent.Archived.class),
    @JsonSubTypes.Type(AgentEvent.Deregistered.class),
    @JsonSubTypes.Type(AgentEvent.RequestRejected.class)
})
public sealed interface AgentEvent {
    String agentId();

    long at();

    /** The {@code request_id} of what caused it, if it had one. */
    @Nullable
    String requestId();

    /** Calls the visitor's method for this kind of event. */
    <R> R accept(Visitor<R> visitor);

    /**
     * A session was registered.
     *
     * @param newSession false if it only refreshed the session that was there
     * @param firstRegisteredAt when the id was first registered
     */
    @JsonTypeName("AgentRegistered")
    record Registered(
            String agentId,
            long at,
            @Nullable String requestId,
            String sessionId,
            boolean newSession,
            long firstRegisteredAt)
            implements AgentEvent {

        public Registered {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** A capability was added or replaced. */
    @JsonTypeName("CapabilityPublished")
    record CapabilityPublished(
            String agentId, long at, @Nullable String requestId, Capability capability) implements AgentEvent {

        public CapabilityPublished {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** A capability is no longer offered. */
    @JsonTypeName("CapabilityRemoved")
    record CapabilityRemoved(
            String agentId, long at, @Nullable String requestId, String capability) implements AgentEvent {

        public CapabilityRemoved {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** The status, or the reason for it, changed. */
    @JsonTypeName("AgentStatusChanged")
    record StatusChanged(
            String agentId,
            long at,
            @Nullable String requestId,
            String sessionId,
            AgentStatus from,
            AgentStatus to,
            StatusReason reason)
            implements AgentEvent {

        public StatusChanged {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent sends heartbeats but does not take the tasks of a capability, and is given no more of them.
     *
     * @param capability of which tasks
     * @param reason in words
     */
    @JsonTypeName("AgentRested")
    record Rested(
            String agentId, long at, @Nullable String requestId, String sessionId, String capability, String reason)
            implements AgentEvent {

        public Rested {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent takes the tasks of a capability again.
     *
     * @param capability of which tasks
     */
    @JsonTypeName("AgentResumed")
    record Resumed(String agentId, long at, @Nullable String requestId, String sessionId, String capability)
            implements AgentEvent {

        public Resumed {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
            Objects.requireNonNull(capability, "capability");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The trust score changed.
     *
     * @param delta as applied, after the bounds
     * @param cause {@code TASK_COMPLETED}, {@code TASK_FAILED} or {@code ADJUSTED}
     * @param reason an operator's words, or the failure
     * @param taskId the task whose outcome it was
     */
    @JsonTypeName("AgentTrustChanged")
    record TrustChanged(
            String agentId,
            long at,
            @Nullable String requestId,
            String cause,
            double delta,
            double before,
            double after,
            @Nullable String reason,
            @Nullable String taskId)
            implements AgentEvent {

        public TrustChanged {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The agent has been silent for so long that its state is no longer published. What is known of it comes back when
     * it registers again.
     *
     * @param silentSince when it was declared dead
     */
    @JsonTypeName("AgentArchived")
    record Archived(String agentId, long at, @Nullable String requestId, String sessionId, long silentSince)
            implements AgentEvent {

        public Archived {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** The agent is forgotten. */
    @JsonTypeName("AgentDeregistered")
    record Deregistered(
            String agentId,
            long at,
            @Nullable String requestId,
            String sessionId,
            @Nullable String reason) implements AgentEvent {

        public Deregistered {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(sessionId, "session_id");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A registration, another request or a heartbeat was refused; nothing changed.
     *
     * @param sessionId the session that was refused, if it named one
     * @param request the refused record's {@code type}
     * @param code why
     * @param message what was expected
     */
    @JsonTypeName("AgentRequestRejected")
    record RequestRejected(
            String agentId,
            long at,
            @Nullable String requestId,
            @Nullable String sessionId,
            String request,
            RejectionCode code,
            String message)
            implements AgentEvent {

        public RequestRejected {
            Objects.requireNonNull(agentId, "agent_id");
            Objects.requireNonNull(request, "request");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of event. */
    interface Visitor<R> {
        R visit(Registered event);

        R visit(CapabilityPublished event);

        R visit(CapabilityRemoved event);

        R visit(StatusChanged event);

        R visit(Rested event);

        R visit(Resumed event);

        R visit(TrustChanged event);

        R visit(Archived event);

        R visit(Deregistered event);

        R visit(RequestRejected event);
    }
}
