package io.ains.registry.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.sqlite.SQLiteException;

/** The tables with the offsets up to which they contain the topics: both change in one transaction. One thread. */
final class ProjectionStore {
    private static final List<String> TABLES = List.of(
            "projection_offset",
            "agent",
            "agent_capability",
            "trust_change",
            "task",
            "task_input",
            "task_event",
            "dead_letter");

    /** SQLite's TOOBIG, CONSTRAINT and MISMATCH: the values are at fault, not the database. */
    private static final Set<Integer> SQLITE_DATA_FAULTS = Set.of(18, 19, 20);

    private static final int SQLITE_PRIMARY_CODE = 0xff;

    private static final int SWEEP_LIMIT = 500;

    private final Writer sql;

    ProjectionStore(Writer sql) {
        this.sql = sql;
    }

    /** Where reading goes on; a partition that was never read, or of a topic that was made anew, is not in it. */
    record Resume(Map<TopicPartition, Long> offsets, boolean otherLog) {}

    private record Saved(String topic, int partition, String topicId, long offset) {}

    /** @param topicIds of the topics as they are now */
    Resume resume(Map<String, Uuid> topicIds) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        List<String> strangers = new ArrayList<>();
        sql.transaction(() -> {
            for (Saved saved : sql.query(
                    "SELECT topic, partition_id, topic_id, next_offset FROM projection_offset",
                    row -> new Saved(row.getString(1), row.getInt(2), row.getString(3), row.getLong(4)))) {
                Uuid now = topicIds.get(saved.topic);
                if (now == null || !now.toString().equals(saved.topicId)) {
                    strangers.add(saved.topic);
                }
                offsets.put(new TopicPartition(saved.topic, saved.partition), saved.offset);
            }
        });
        return new Resume(offsets, !strangers.isEmpty());
    }

    /** Forgets everything, so that all of it is read again. */
    void clear() {
        sql.transaction(() -> TABLES.forEach(table -> sql.update("DELETE FROM " + table)));
    }

    /** Applies changes and moves the offsets: all of it, or nothing and an exception. */
    void apply(List<Change> changes, Map<TopicPartition, Long> next, Map<String, Uuid> topicIds) {
        sql.transaction(() -> {
            changes.forEach(change -> change.apply().run());
            next.forEach((partition, offset) -> sql.update(
                    "INSERT INTO projection_offset (topic, partition_id, topic_id, next_offset) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (topic, partition_id) DO UPDATE SET topic_id = excluded.topic_id,"
                            + " next_offset = excluded.next_offset",
                    partition.topic(),
                    partition.partition(),
                    String.valueOf(topicIds.get(partition.topic())),
                    offset));
        });
    }

    /**
     * Keeps positions that moved past what are no records, such as the ends of transactions, so that they do not fall
     * before the beginning of a log that rests until it is empty.
     */
    void keep(Map<TopicPartition, OffsetAndMetadata> positions, Map<String, Uuid> topicIds) {
        Map<TopicPartition, Long> known = resume(topicIds).offsets();
        Map<TopicPartition, Long> moved = new HashMap<>();
        positions.forEach((partition, position) -> {
            if (known.getOrDefault(partition, -1L) != position.offset()) {
                moved.put(partition, position.offset());
            }
        });
        if (!moved.isEmpty()) {
            apply(List.of(), moved, topicIds);
        }
    }

    /**
     * Deletes what ended long ago, a bounded number of rows.
     *
     * @param before milliseconds since the epoch
     * @return whether there is nothing left to delete
     */
    boolean sweep(long before) {
        List<String> tasks = new ArrayList<>();
        sql.transaction(() -> {
            tasks.addAll(sql.query(
                    "SELECT task_id FROM task WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT "
                            + SWEEP_LIMIT,
                    row -> row.getString(1),
                    before));
            for (String task : tasks) {
                sql.update("DELETE FROM task_event WHERE task_id = ?", task);
                sql.update("DELETE FROM task_input WHERE task_id = ?", task);
                sql.update("DELETE FROM task WHERE task_id = ?", task);
            }
        });
        return tasks.size() < SWEEP_LIMIT;
    }

    /** Deletes trust changes and dead letters from before a time, which are few. */
    void sweepHistory(long before) {
        sql.transaction(() -> {
            sql.update("DELETE FROM trust_change WHERE at < ?", before);
            sql.update("DELETE FROM dead_letter WHERE at < ?", before);
        });
    }

    /** Whether a failure to apply lies in the record, so that trying again cannot help, and not in the database. */
    static boolean isFaultOfTheRecord(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return SQLITE_DATA_FAULTS.contains(sqlite.getResultCode().code & SQLITE_PRIMARY_CODE);
            }
            if (cause instanceof DataIntegrityViolationException) {
                return true;
            }
        }
        return !(failure instanceof DataAccessException);
    }
}
