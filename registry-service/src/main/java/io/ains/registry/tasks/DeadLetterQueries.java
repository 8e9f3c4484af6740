package io.ains.registry.tasks;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.ains.protocol.Json;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskSpec;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectReader;

/** The tasks that used up their attempts. Safe for many threads. */
@Component
class DeadLetterQueries {
    private static final ObjectReader TASK = Json.MAPPER.readerFor(TaskSpec.class);

    private final JdbcClient queries;
    private final Tallies tallies;

    DeadLetterQueries(Database database, Tallies tallies) {
        this.queries = database.queries();
        this.tallies = tallies;
    }

    /**
     * One of the list.
     *
     * @param task as it was submitted
     * @param errorMessage of its last attempt
     * @param agentId who made the last attempt
     */
    record DeadLetter(
            String taskId,
            String capability,
            Instant failedAt,
            int attempt,
            int retryCount,
            RequeueReason reason,
            String errorMessage,
            @Nullable String agentId,
            @JsonRawValue String task) {}

    static String pageSql(@Nullable String capability) {
        return "SELECT * FROM dead_letter" + (capability == null ? "" : " WHERE capability = ?")
                + " ORDER BY at DESC, task_id DESC LIMIT ? OFFSET ?";
    }

    /** Newest first. */
    Page<DeadLetter> list(@Nullable String capability, int limit, int offset) {
        List<Object> values = new ArrayList<>();
        if (capability != null) {
            values.add(capability);
        }
        long total = tallies.all("dead", capability == null ? "" : capability);
        values.add(limit);
        values.add(offset);
        return new Page<>(
                queries.sql(pageSql(capability))
                        .params(values)
                        .query(DeadLetterQueries::letter)
                        .list(),
                total);
    }

    static final String TASK_OF = "SELECT task FROM dead_letter WHERE task_id = ?";

    /** The task of a dead letter, whole. */
    Optional<TaskSpec> task(String taskId) {
        return queries.sql(TASK_OF)
                .param(taskId)
                .query(String.class)
                .optional()
                .map(json -> TASK.<TaskSpec>readValue(json));
    }

    private static DeadLetter letter(ResultSet row, int number) throws SQLException {
        return new DeadLetter(
                row.getString("task_id"),
                row.getString("capability"),
                Instant.ofEpochMilli(row.getLong("at")),
                row.getInt("attempt"),
                row.getInt("retry_count"),
                RequeueReason.valueOf(row.getString("reason")),
                row.getString("error_message"),
                row.getString("agent_id"),
                row.getString("task"));
    }
}
