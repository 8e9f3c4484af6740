package io.ains.registry.operations;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.TaskStatus;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Figures, from counts that are kept as things change. Safe for many threads. */
@Component
class StatsQueries {
    private static final Duration HOUR = Duration.ofHours(1);

    private final JdbcClient queries;
    private final Tallies tallies;
    private final QueueQueries queues;

    StatsQueries(Database database, Tallies tallies, QueueQueries queues) {
        this.queries = database.queries();
        this.tallies = tallies;
        this.queues = queues;
    }

    /**
     * Figures of tasks.
     *
     * @param total that are kept: all that have not ended, and those that ended lately
     * @param active that agents hold
     * @param throughputLastHour completed within the last 60 minutes
     * @param avgCompletionTimeSeconds of those, from started to completed; null if there are none
     */
    record TaskStats(
            long total,
            long pending,
            long active,
            long completed,
            long throughputLastHour,
            @Nullable Double avgCompletionTimeSeconds) {}

    /** @param active those that are AVAILABLE or BUSY */
    record AgentStats(long total, long active) {}

    /** @param total names of capabilities that any agent offers */
    record CapabilityCount(long total) {}

    record Stats(TaskStats tasks, AgentStats agents, CapabilityCount capabilities, Instant timestamp) {}

    static final String OFFERED =
            "SELECT count(*) FROM (SELECT DISTINCT name FROM tally WHERE scope = 'slots') offered";

    Stats stats(Instant now) {
        Map<TaskStatus, Long> counts = queues.byStatus(null);
        Map<String, Long> agents = tallies.parts("agents", "");
        Tallies.Completions done = tallies.completionsSince(now.minus(HOUR).toEpochMilli());
        return new Stats(
                new TaskStats(
                        sum(counts),
                        counts.getOrDefault(TaskStatus.PENDING, 0L),
                        queues.held(null),
                        counts.getOrDefault(TaskStatus.COMPLETED, 0L),
                        done.completed(),
                        done.timed() == 0 ? null : (Double) (done.millis() / 1000.0 / done.timed())),
                new AgentStats(
                        sum(agents),
                        agents.getOrDefault(AgentStatus.AVAILABLE.name(), 0L)
                                + agents.getOrDefault(AgentStatus.BUSY.name(), 0L)),
                new CapabilityCount(queries.sql(OFFERED).query(Long.class).single()),
                now);
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Figures of one capability.
     *
     * @param agents that offer it, by status
     * @param freeSlots of the agents that are AVAILABLE
     * @param queued tasks that wait for it
     * @param active tasks of it that agents hold
     */
    record CapabilityStats(String name, Map<String, Long> agents, long freeSlots, long queued, long active) {}

    static final String NAMES =
            "SELECT DISTINCT name FROM tally WHERE scope = 'agents' AND name > ?" + " ORDER BY name LIMIT ? OFFSET ?";

    static final String NAMES_COUNT =
            "SELECT count(*) FROM (SELECT DISTINCT name FROM tally WHERE scope = 'agents' AND name > ?) offered";

    static final String HELD_BY_AVAILABLE = "SELECT sum(l.n) FROM tally l CROSS JOIN agent a WHERE l.scope = 'load'"
            + " AND l.name = ? AND a.agent_id = l.part AND a.status = 'AVAILABLE'";

    /** By name. */
    Page<CapabilityStats> capabilities(@Nullable String name, int limit, int offset) {
        if (name != null) {
            CapabilityStats found = capability(name);
            boolean known = !found.agents.isEmpty() || found.queued > 0 || found.active > 0;
            return known ? new Page<>(List.of(found), 1) : new Page<>(List.of(), 0);
        }
        List<String> names = queries.sql(NAMES)
                .params(List.of("", limit, offset))
                .query((row, number) -> row.getString(1))
                .list();
        long total = queries.sql(NAMES_COUNT).param("").query(Long.class).single();
        return new Page<>(names.stream().map(this::capability).toList(), total);
    }

    private CapabilityStats capability(String name) {
        long slots = tallies.of("slots", name, AgentStatus.AVAILABLE.name());
        long active = queues.held(name);
        long held = slots == 0 || active == 0
                ? 0
                : queries.sql(HELD_BY_AVAILABLE)
                        .param(name)
                        .query((row, number) -> row.getLong(1))
                        .single();
        return new CapabilityStats(
                name,
                new LinkedHashMap<>(tallies.parts("agents", name)),
                Math.max(0, slots - held),
                queues.waiting(name).total(),
                active);
    }
}
