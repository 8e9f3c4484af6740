package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules made of one input: the facts to be told, and what is to be remembered of the agent from now on.
 *
 * @param effect what becomes of the agent
 * @param record the agent as it is now; null unless the effect keeps it
 * @param events in the order in which they happened
 */
record Decision(Effect effect, @Nullable AgentRecord record, List<AgentEvent> events) {
    enum Effect {
        /** Nothing changes. */
        NONE,
        /** It registered: kept, its state told at once, and the registration counts as a sign of life. */
        ENROL,
        /** Kept, and its state told at once: others steer by what changed. */
        TELL,
        /** Kept; its state is told when its turn comes. */
        KEEP,
        /** It is forgotten. */
        FORGET
    }

    static Decision none() {
        return new Decision(Effect.NONE, null, List.of());
    }

    static Decision refused(AgentEvent.RequestRejected event) {
        return new Decision(Effect.NONE, null, List.of(event));
    }

    static Decision forgotten(AgentEvent.Deregistered event) {
        return new Decision(Effect.FORGET, null, List.of(event));
    }

    static Decision of(Effect effect, AgentRecord record, List<AgentEvent> events) {
        return new Decision(effect, record, List.copyOf(events));
    }
}
