package io.ains.registry.operations;

import io.ains.protocol.TaskStatus;
import io.ains.registry.projection.Database;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How much waits and how much is worked on. Safe for many threads. */
@Component
class QueueQueries {
    /** The busiest agents that are told of; a fleet can have a million. */
    private static final int MAX_AGENTS = 1_000;

    private final JdbcClient queries;

    QueueQueries(Database database) {
        this.queries = database.queries();
    }

    /** The waiting tasks of one priority; {@code oldestSince} is milliseconds since the epoch. */
    record Waiting(int priority, long count, long oldestSince) {}

    static String waitingSql(@Nullable String capability) {
        return "SELECT priority, count(*), min(pending_since) FROM task WHERE status = 'PENDING'"
                + (capability == null ? "" : " AND capability = ?") + " GROUP BY priority ORDER BY priority";
    }

    List<Waiting> waiting(@Nullable String capability) {
        return queries.sql(waitingSql(capability))
                .params(values(capability))
                .query((row, number) -> new Waiting(row.getInt(1), row.getLong(2), row.getLong(3)))
                .list();
    }

    record Load(String agentId, long activeTasks) {}

    static String loadSql(@Nullable String capability) {
        return "SELECT assigned_agent_id, count(*) AS held FROM task WHERE status IN ('ASSIGNED', 'ACTIVE')"
                + " AND assigned_agent_id IS NOT NULL" + (capability == null ? "" : " AND capability = ?")
                + " GROUP BY assigned_agent_id ORDER BY held DESC, assigned_agent_id LIMIT " + MAX_AGENTS;
    }

    List<Load> load(@Nullable String capability) {
        return queries.sql(loadSql(capability))
                .params(values(capability))
                .query((row, number) -> new Load(row.getString(1), row.getLong(2)))
                .list();
    }

    static String heldSql(@Nullable String capability) {
        return "SELECT count(*) FROM task WHERE status IN ('ASSIGNED', 'ACTIVE')"
                + (capability == null ? "" : " AND capability = ?");
    }

    long held(@Nullable String capability) {
        return queries.sql(heldSql(capability))
                .params(values(capability))
                .query(Long.class)
                .single();
    }

    static final String BY_STATUS = "SELECT status, count(*) FROM task GROUP BY status";

    /** Every status is in it. */
    Map<TaskStatus, Long> byStatus() {
        Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
        for (TaskStatus status : TaskStatus.values()) {
            counts.put(status, 0L);
        }
        queries.sql(BY_STATUS).query(row -> {
            counts.put(TaskStatus.valueOf(row.getString(1)), row.getLong(2));
        });
        return counts;
    }

    private static List<Object> values(@Nullable String capability) {
        List<Object> values = new ArrayList<>();
        if (capability != null) {
            values.add(capability);
        }
        return values;
    }
}
