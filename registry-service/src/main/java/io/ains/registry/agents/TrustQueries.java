package io.ains.registry.agents;

import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What agents are worth, and how it came to that. Safe for many threads. */
@Component
class TrustQueries {
    private static final double HIGH = 0.8;
    private static final double MEDIUM = 0.5;

    private final JdbcClient queries;

    TrustQueries(Database database) {
        this.queries = database.queries();
    }

    /**
     * How far an agent is trusted.
     *
     * @param trustScore 0 to 1
     * @param trustLevel high from 0.8, medium from 0.5, low
     * @param successRate share of its attempts that ended well, 0 to 1; 0 before the first
     * @param avgCompletionTimeSeconds from started to completed; null before the first
     */
    record Trust(
            String agentId,
            double trustScore,
            String trustLevel,
            long totalTasksCompleted,
            long totalTasksFailed,
            double successRate,
            @Nullable Double avgCompletionTimeSeconds,
            @Nullable Instant lastTaskCompletedAt) {}

    static final String FIND = "SELECT trust_score, tasks_completed, tasks_failed, avg_completion_ms,"
            + " last_task_completed_at FROM agent WHERE agent_id = ?";

    Optional<Trust> find(String agentId) {
        return queries.sql(FIND)
                .param(agentId)
                .query((row, number) -> trust(agentId, row))
                .optional();
    }

    private static Trust trust(String agentId, ResultSet row) throws SQLException {
        double score = row.getDouble(1);
        double average = row.getDouble(4);
        Double seconds = row.wasNull() ? null : (Double) (average / 1000);
        long last = row.getLong(5);
        return new Trust(
                agentId,
                score,
                score >= HIGH ? "high" : score >= MEDIUM ? "medium" : "low",
                row.getLong(2),
                row.getLong(3),
                successRate(row.getLong(2), row.getLong(3)),
                seconds,
                row.getObject(5) == null ? null : Instant.ofEpochMilli(last));
    }

    private static double successRate(long completed, long failed) {
        return completed + failed == 0 ? 0 : (double) completed / (completed + failed);
    }

    /**
     * One change of an agent's trust.
     *
     * @param eventType {@code TASK_COMPLETED}, {@code TASK_FAILED} or {@code ADJUSTED}
     * @param trustDelta as applied
     */
    record Change(
            String recordId,
            String eventType,
            double trustDelta,
            double before,
            double after,
            @Nullable String reason,
            @Nullable String taskId,
            Instant createdAt) {}

    static final String HISTORY = "SELECT record_id, cause, delta, score_before, score_after, reason, task_id, at"
            + " FROM trust_change WHERE agent_id = ? ORDER BY event_offset DESC LIMIT ? OFFSET ?";
    static final String HISTORY_COUNT = "SELECT count(*) FROM trust_change WHERE agent_id = ?";

    /** Newest first. */
    Page<Change> history(String agentId, int limit, int offset) {
        long total = queries.sql(HISTORY_COUNT).param(agentId).query(Long.class).single();
        return new Page<>(
                queries.sql(HISTORY)
                        .params(List.of(agentId, limit, offset))
                        .query((row, number) -> new Change(
                                row.getString(1),
                                row.getString(2),
                                row.getDouble(3),
                                row.getDouble(4),
                                row.getDouble(5),
                                row.getString(6),
                                row.getString(7),
                                Instant.ofEpochMilli(row.getLong(8))))
                        .list(),
                total);
    }

    /** One of the leaderboard. */
    record Rank(
            String agentId,
            String displayName,
            double trustScore,
            long totalTasksCompleted,
            long totalTasksFailed,
            double successRate) {}

    static String leaderboardSql(int minTasks) {
        return "SELECT agent_id, display_name, trust_score, tasks_completed, tasks_failed FROM agent"
                + (minTasks == 0
                        ? ""
                        : " WHERE tasks_completed + tasks_failed > 0 AND tasks_completed + tasks_failed >= " + minTasks)
                + " ORDER BY trust_score DESC, agent_id LIMIT ?";
    }

    /** The most trusted first. */
    List<Rank> leaderboard(int limit, int minTasks) {
        return queries.sql(leaderboardSql(minTasks))
                .param(limit)
                .query((row, number) -> new Rank(
                        row.getString(1),
                        row.getString(2),
                        row.getDouble(3),
                        row.getLong(4),
                        row.getLong(5),
                        successRate(row.getLong(4), row.getLong(5))))
                .list();
    }
}
