package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import org.jspecify.annotations.Nullable;

/** Where a fleet's decisions go. All that one input causes must become visible together or not at all. */
public interface Outbox {
    /** The record is what {@link Fleet#restore} must be given after a crash. */
    void keep(AgentRecord record);

    /** The agent is gone: its record, and its published state. */
    void forget(String agentId, long time);

    /** The agent is out of use: kept where it costs no memory, and its published state is gone. */
    void archive(AgentRecord record, long time);

    /** What was archived of an agent; null if nothing was. */
    @Nullable
    AgentRecord archived(String agentId);

    /** The agent is in use again, or forgotten. */
    void unarchive(String agentId);

    /** The state is to be published; {@code time} is that of the input, milliseconds since the epoch. */
    void state(AgentState state, long time);

    /** The event is to be published. */
    void event(AgentEvent event);

    /** One more of these has happened. */
    void count(Counted what);
}
