package io.ains.registry.operations;

import io.ains.protocol.TaskStatus;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How much waits and how much is worked on. Safe for many threads. */
@Component
class QueueQueries {
    /** The busiest agents that are told of; a fleet can have a million. */
    private static final int MAX_AGENTS = 1_000;

    private final JdbcClient queries;
    private final Tallies tallies;

    QueueQueries(Database database, Tallies tallies) {
        this.queries = database.queries();
        this.tallies = tallies;
    }

    /** How many tasks wait. */
    Waiting waiting(@Nullable String capability) {
        Map<Integer, Long> byPriority = new TreeMap<>();
        tallies.parts("queue", capability == null ? "" : capability)
                .forEach((priority, count) -> byPriority.put(Integer.valueOf(priority), count));
        return new Waiting(byPriority);
    }

    static String oldestSql(@Nullable String capability) {
        return "SELECT pending_since FROM task WHERE pending_since IS NOT NULL"
                + (capability == null ? "" : " AND capability = ?") + " ORDER BY pending_since LIMIT 1";
    }

    /** Since when the task waits that waits longest, in milliseconds since the epoch. */
    Optional<Long> oldest(@Nullable String capability) {
        JdbcClient.StatementSpec query = queries.sql(oldestSql(capability));
        return (capability == null ? query : query.param(capability))
                .query(Long.class)
                .optional();
    }

    record Load(String agentId, long activeTasks) {}

    static final String LOAD =
            "SELECT part, n FROM tally WHERE scope = 'load' AND name = ? ORDER BY n DESC, part LIMIT " + MAX_AGENTS;

    /** The busiest first. */
    List<Load> load(@Nullable String capability) {
        return queries.sql(LOAD)
                .param(capability == null ? "" : capability)
                .query((row, number) -> new Load(row.getString(1), row.getLong(2)))
                .list();
    }

    /** Tasks that agents hold. */
    long held(@Nullable String capability) {
        Map<TaskStatus, Long> counts = byStatus(capability);
        return counts.getOrDefault(TaskStatus.ASSIGNED, 0L) + counts.getOrDefault(TaskStatus.ACTIVE, 0L);
    }

    /** Every status is in it. */
    Map<TaskStatus, Long> byStatus(@Nullable String capability) {
        Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
        for (TaskStatus status : TaskStatus.values()) {
            counts.put(status, 0L);
        }
        Map<String, Long> parts =
                capability == null ? tallies.parts("tasks", "") : tallies.parts("tasks.capability", capability);
        parts.forEach((status, count) -> counts.put(TaskStatus.valueOf(status), count));
        return counts;
    }
}
