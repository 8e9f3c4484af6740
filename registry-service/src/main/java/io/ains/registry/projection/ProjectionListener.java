package io.ains.registry.projection;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.TaskEvent;

/**
 * Is told of events once they are in the tables and a query sees them. Called on the projection's thread: must not
 * block, nor query. An event can come twice, after a restart or a rebuild.
 */
public interface ProjectionListener {
    /** The event's transition is in the tables. */
    default void projected(TaskEvent event) {}

    /**
     * The event was read; the agent's row may still lack what it tells, which comes by another topic.
     *
     * @param partition of the event, and so of the agent's state
     */
    default void projected(int partition, AgentEvent event) {}
}
