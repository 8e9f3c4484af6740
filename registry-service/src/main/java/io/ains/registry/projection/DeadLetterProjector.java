package io.ains.registry.projection;

import io.ains.protocol.DeadTask;
import io.ains.protocol.Json;
import io.ains.protocol.TaskSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the tasks that used up their attempts, until that is taken back. The last record of a task is all there is. */
final class DeadLetterProjector {
    private static final String INSERT =
            "INSERT INTO dead_letter (task_id, capability, at, attempt, retry_count, reason,"
                    + " error_message, agent_id, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Writer sql;
    private final Tally tally;

    DeadLetterProjector(Writer sql, Tally tally) {
        this.sql = sql;
        this.tally = tally;
    }

    /** @param letter null if it was purged, or the task is tried again */
    void apply(String taskId, @Nullable DeadTask letter) {
        delete(taskId);
        if (letter == null) {
            return;
        }
        TaskSpec task = letter.task();
        sql.update(
                INSERT,
                taskId,
                task.capability(),
                letter.at(),
                letter.attempt(),
                letter.retryCount(),
                letter.reason().name(),
                letter.errorMessage(),
                letter.agentId(),
                Json.MAPPER.writeValueAsString(task));
        tally.addOfAll("dead", task.capability(), "", 1);
    }

    /** Deletes one if it is there. */
    void delete(String taskId) {
        List<String> capability =
                sql.query("SELECT capability FROM dead_letter WHERE task_id = ?", row -> row.getString(1), taskId);
        if (!capability.isEmpty()) {
            sql.update("DELETE FROM dead_letter WHERE task_id = ?", taskId);
            tally.addOfAll("dead", capability.get(0), "", -1);
        }
    }
}
