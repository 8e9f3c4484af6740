package io.ains.registry.projection;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what agent states and events say. A state is the whole agent, so the last one of an agent is all there is. */
final class AgentProjector {
    private static final String UPSERT =
            "INSERT INTO agent (agent_id, session_id, status, status_reason, status_since, resting,"
                    + " display_name, description, endpoint, public_key, tags, delivery, heartbeat_interval_ms, capabilities,"
                    + " registered_at, last_heartbeat_at, uptime_ms, heartbeat_rate, heartbeat_jitter_ms, metrics, trust_score,"
                    + " tasks_completed, tasks_failed,"
                    + " avg_completion_ms, last_task_completed_at, availability_1m, availability_5m, availability_60m,"
                    + " state_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                    + " ?, ?, ?)"
                    + " ON CONFLICT (agent_id) DO UPDATE SET session_id = excluded.session_id, status = excluded.status,"
                    + " status_reason = excluded.status_reason, status_since = excluded.status_since,"
                    + " resting = excluded.resting,"
                    + " display_name = excluded.display_name, description = excluded.description,"
                    + " endpoint = excluded.endpoint, public_key = excluded.public_key, tags = excluded.tags,"
                    + " delivery = excluded.delivery, heartbeat_interval_ms = excluded.heartbeat_interval_ms,"
                    + " capabilities = excluded.capabilities, registered_at = excluded.registered_at,"
                    + " last_heartbeat_at = excluded.last_heartbeat_at, uptime_ms = excluded.uptime_ms,"
                    + " heartbeat_rate = excluded.heartbeat_rate, heartbeat_jitter_ms = excluded.heartbeat_jitter_ms,"
                    + " metrics = excluded.metrics, trust_score = excluded.trust_score,"
                    + " tasks_completed = excluded.tasks_completed, tasks_failed = excluded.tasks_failed,"
                    + " avg_completion_ms = excluded.avg_completion_ms,"
                    + " last_task_completed_at = excluded.last_task_completed_at,"
                    + " availability_1m = excluded.availability_1m, availability_5m = excluded.availability_5m,"
                    + " availability_60m = excluded.availability_60m, state_offset = excluded.state_offset"
                    + " WHERE excluded.state_offset > agent.state_offset";

    private final Writer sql;

    AgentProjector(Writer sql) {
        this.sql = sql;
    }

    /** @param state null if the agent was deregistered */
    void applyState(long offset, String agentId, @Nullable AgentState state) {
        if (state == null) {
            if (sql.update("DELETE FROM agent WHERE agent_id = ? AND state_offset < ?", agentId, offset) > 0) {
                sql.update("DELETE FROM agent_capability WHERE agent_id = ?", agentId);
            }
            return;
        }
        String capabilities = Json.MAPPER.writeValueAsString(state.capabilities());
        // Most states only refresh: what is offered is the same, and its rows and their index need no writing.
        List<String> before =
                sql.query("SELECT capabilities FROM agent WHERE agent_id = ?", row -> row.getString(1), agentId);
        int changed = sql.update(
                UPSERT,
                agentId,
                state.sessionId(),
                state.status().name(),
                state.statusReason().name(),
                state.statusSince(),
                Json.MAPPER.writeValueAsString(state.resting()),
                state.displayName(),
                state.description(),
                state.endpoint(),
                state.publicKey(),
                Json.MAPPER.writeValueAsString(state.tags()),
                state.delivery().name(),
                state.heartbeatIntervalMs(),
                capabilities,
                state.registeredAt(),
                state.lastHeartbeatAt(),
                state.uptimeMs(),
                state.heartbeatRate(),
                state.heartbeatJitterMs(),
                state.metrics() == null ? null : Json.MAPPER.writeValueAsString(state.metrics()),
                state.trustScore(),
                state.tasksCompleted(),
                state.tasksFailed(),
                state.avgCompletionMs(),
                state.lastTaskCompletedAt(),
                state.availability1m(),
                state.availability5m(),
                state.availability60m(),
                offset);
        if (changed > 0 && !before.equals(List.of(capabilities))) {
            replaceCapabilities(agentId, state.capabilities());
        }
    }

    private void replaceCapabilities(String agentId, List<Capability> capabilities) {
        sql.update("DELETE FROM agent_capability WHERE agent_id = ?", agentId);
        for (Capability capability : capabilities) {
            sql.update(
                    "INSERT INTO agent_capability (agent_id, name, max_concurrency, price, latency_p99_ms)"
                            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (agent_id, name) DO NOTHING",
                    agentId,
                    capability.name(),
                    capability.maxConcurrency(),
                    capability.price(),
                    capability.latencyP99Ms());
        }
    }

    /** Keeps the history of trust; all else that an event tells is in the agent's state. */
    void applyEvent(long offset, AgentEvent event) {
        if (event instanceof AgentEvent.TrustChanged change) {
            sql.update(
                    "INSERT INTO trust_change (agent_id, event_offset, at, cause, delta, score_before, score_after,"
                            + " reason, task_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                            + " ON CONFLICT (agent_id, event_offset) DO NOTHING",
                    change.agentId(),
                    offset,
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
