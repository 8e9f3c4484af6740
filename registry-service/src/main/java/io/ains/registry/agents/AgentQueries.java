package io.ains.registry.agents;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
    private final Tallies tallies;

    AgentQueries(Database database, Tallies tallies) {
        this.queries = database.queries();
        this.tallies = tallies;
    }

    static final String EXISTS = "SELECT 1 FROM agent WHERE agent_id = ?";

    /** Whether an agent of this id is registered. */
    public boolean exists(String agentId) {
        return queries.sql(EXISTS)
                .param(agentId)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    static final String INTERVAL = "SELECT heartbeat_interval_ms FROM agent WHERE agent_id = ?";

    Optional<Integer> heartbeatIntervalMs(String agentId) {
        return queries.sql(INTERVAL).param(agentId).query(Integer.class).optional();
    }

    private static final String SELECT = "SELECT a.*, (SELECT n FROM tally WHERE scope = 'load' AND name = ''"
            + " AND part = a.agent_id) AS active_tasks FROM ";

    static final String FIND = SELECT + "agent a WHERE a.agent_id = ?";

    Optional<AgentView> find(String agentId) {
        return queries.sql(FIND).param(agentId).query(AgentQueries::view).optional();
    }

    static final String FIND_ALL = SELECT + "agent a WHERE a.agent_id IN (:ids)";

    /** In the order of the ids. */
    List<AgentView> findAll(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, AgentView> found = new HashMap<>();
        queries.sql(FIND_ALL)
                .param("ids", ids)
                .query(AgentQueries::view)
                .list()
                .forEach(agent -> found.put(agent.agentId(), agent));
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    static String pageSql(@Nullable AgentStatus status, @Nullable String capability) {
        String state = status == null ? "" : " AND status = ?";
        String from = capability == null ? "agent WHERE 1 = 1" + state : "agent_capability WHERE name = ?" + state;
        return "SELECT agent_id FROM " + from + " ORDER BY agent_id LIMIT ? OFFSET ?";
    }

    Page<AgentView> list(@Nullable AgentStatus status, @Nullable String capability, int limit, int offset) {
        List<Object> values = new ArrayList<>();
        if (capability != null) {
            values.add(capability);
        }
        if (status != null) {
            values.add(status.name());
        }
        values.add(limit);
        values.add(offset);
        List<String> ids = queries.sql(pageSql(status, capability))
                .params(values)
                .query((row, number) -> row.getString(1))
                .list();
        return new Page<>(findAll(ids), count(status, capability == null ? "" : capability));
    }

    /** @param capability empty for all */
    long count(@Nullable AgentStatus status, String capability) {
        return status == null ? tallies.all("agents", capability) : tallies.of("agents", capability, status.name());
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
