package io.ains.registry.agents;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectReader;

/** What the tables know of agents. Safe for many threads. */
@Component
public class AgentQueries {
    private static final ObjectReader TAGS = Json.MAPPER.readerForListOf(String.class);
    private static final ObjectReader CAPABILITIES = Json.MAPPER.readerForListOf(Capability.class);
    private static final ObjectReader RESTING = Json.MAPPER.readerForListOf(AgentState.Rest.class);

    private final JdbcClient queries;

    AgentQueries(Database database) {
        this.queries = database.queries();
    }

    /** Whether an agent of this id is registered. */
    public boolean exists(String agentId) {
        return queries.sql("SELECT 1 FROM agent WHERE agent_id = ?")
                .param(agentId)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    Optional<Integer> heartbeatIntervalMs(String agentId) {
        return queries.sql("SELECT heartbeat_interval_ms FROM agent WHERE agent_id = ?")
                .param(agentId)
                .query(Integer.class)
                .optional();
    }

    static final String FIND = "SELECT a.*, (SELECT count(*) FROM task t WHERE t.assigned_agent_id = a.agent_id"
            + " AND t.status IN ('ASSIGNED', 'ACTIVE')) AS active_tasks FROM agent a WHERE a.agent_id = ?";

    Optional<AgentView> find(String agentId) {
        return queries.sql(FIND).param(agentId).query(AgentQueries::view).optional();
    }

    Page<AgentView> list(@Nullable AgentStatus status, @Nullable String capability, int limit, int offset) {
        Filter filter = Filter.of(status, capability);
        long total = queries.sql("SELECT count(*)" + filter.sql)
                .params(filter.values)
                .query(Long.class)
                .single();
        List<Object> values = new ArrayList<>(filter.values);
        values.add(limit);
        values.add(offset);
        return new Page<>(
                queries.sql(filter.page())
                        .params(values)
                        .query(AgentQueries::view)
                        .list(),
                total);
    }

    /** From where, and in an order that an index has. */
    record Filter(String sql, String order, List<Object> values) {
        static Filter of(@Nullable AgentStatus status, @Nullable String capability) {
            List<Object> values = new ArrayList<>();
            StringBuilder sql = new StringBuilder(" FROM ");
            if (capability == null) {
                sql.append("agent a WHERE 1 = 1");
            } else {
                // CROSS JOIN keeps SQLite from walking all agents; elsewhere it is an ordinary join.
                sql.append("agent_capability c CROSS JOIN agent a WHERE a.agent_id = c.agent_id AND c.name = ?");
                values.add(capability);
            }
            if (status != null) {
                sql.append(" AND a.status = ?");
                values.add(status.name());
            }
            return new Filter(sql.toString(), capability == null ? "a.agent_id" : "c.agent_id", values);
        }

        String page() {
            return "SELECT a.*, 0 AS active_tasks" + sql + " ORDER BY " + order + " LIMIT ? OFFSET ?";
        }
    }

    private static AgentView view(ResultSet row, int number) throws SQLException {
        return new AgentView(
                row.getString("agent_id"),
                row.getString("display_name"),
                row.getString("description"),
                row.getString("endpoint"),
                row.getString("public_key"),
                TAGS.readValue(row.getString("tags")),
                row.getString("status"),
                row.getString("status_reason"),
                Instant.ofEpochMilli(row.getLong("status_since")),
                RESTING.readValue(row.getString("resting")),
                row.getString("session_id"),
                row.getString("delivery").toLowerCase(Locale.ROOT),
                row.getInt("heartbeat_interval_ms"),
                CAPABILITIES.readValue(row.getString("capabilities")),
                Instant.ofEpochMilli(row.getLong("registered_at")),
                instant(row, "last_heartbeat_at"),
                row.getObject("uptime_ms") == null ? null : (Long) row.getLong("uptime_ms"),
                number(row, "heartbeat_rate"),
                number(row, "heartbeat_jitter_ms"),
                row.getString("metrics"),
                row.getDouble("trust_score"),
                row.getLong("tasks_completed"),
                row.getLong("tasks_failed"),
                row.getObject("avg_completion_ms") == null
                        ? null
                        : (Double) (row.getDouble("avg_completion_ms") / 1000),
                instant(row, "last_task_completed_at"),
                row.getDouble("availability_1m"),
                row.getDouble("availability_5m"),
                row.getDouble("availability_60m"),
                row.getLong("active_tasks"));
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double number = row.getDouble(column);
        return row.wasNull() ? null : Double.valueOf(number);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
