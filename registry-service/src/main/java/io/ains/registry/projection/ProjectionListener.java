package io.ains.registry.projection;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.TaskEvent;
import org.apache.kafka.common.TopicPartition;

/**
 * Is told of events once they are in the tables and a query sees them. Called on the projection's thread: must not
 * block, nor query. An event can come twice, after a restart or a rebuild.
 */
public interface ProjectionListener {
    /**
     * An event and where it was found.
     *
     * @param origin its partition
     * @param offset its place there
     */
    record Projected<E>(E event, TopicPartition origin, long offset) {
        /** What names the record among those of its topic, whenever the topic is read. */
        public String id() {
            return id(origin.partition(), offset);
        }

        static String id(int partition, long offset) {
            return partition + "-" + offset;
        }
    }

    /** The event's transition is in the tables. */
    default void taskProjected(Projected<TaskEvent> found) {}

    /** The event was read; the agent's row may still lack what it tells, which comes by another topic. */
    default void agentProjected(Projected<AgentEvent> found) {}
}
