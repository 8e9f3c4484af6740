package io.ains.registry.projection;

import io.ains.protocol.AgentEvent;

/** Counts agents' events and keeps the history of trust; all else that they tell is in the agent's state. */
final class AgentProjector {
    private static final String CHANGE =
            "INSERT INTO trust_change (agent_id, event_offset, record_id, at, cause, delta,"
                    + " score_before, score_after, reason, task_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT (agent_id, event_offset) DO NOTHING";

    private final Writer sql;
    private final EventCounter counter;

    AgentProjector(Writer sql, EventCounter counter) {
        this.sql = sql;
        this.counter = counter;
    }

    void apply(int partition, long offset, AgentEvent event) {
        counter.count(event);
        if (event instanceof AgentEvent.TrustChanged change) {
            sql.update(
                    CHANGE,
                    change.agentId(),
                    offset,
                    ProjectionListener.Projected.id(partition, offset),
                    change.at(),
                    change.cause(),
                    change.delta(),
                    change.before(),
                    change.after(),
                    change.reason(),
                    change.taskId());
        }
    }
}
