package io.ains.registry.projection;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.sqlite.SQLiteException;

/**
 * The tables with the offsets up to which they contain the topics: both change in one transaction. Several services may
 * share the tables: each transaction takes its turn first, and leaves out what another has brought in before. One
 * thread.
 */
final class ProjectionStore {
    private static final List<String> TABLES = List.of(
            "projection_offset",
            "tally",
            "agent",
            "agent_capability",
            "kind_capability",
            "kind_tag",
            "capability_ending",
            "trust_change",
            "task",
            "task_input",
            "task_result",
            "task_event",
            "dead_letter");

    /** SQLite's TOOBIG, CONSTRAINT and MISMATCH: the values are at fault, not the database. */
    private static final Set<Integer> SQLITE_DATA_FAULTS = Set.of(18, 19, 20);

    private static final int SQLITE_PRIMARY_CODE = 0xff;

    /** PostgreSQL's class of program limits, such as the length of what an index holds. */
    private static final String SQLSTATE_LIMITS = "54";

    private static final int SWEEP_LIMIT = 500;

    private final Writer sql;
    private final Tally tally;
    private final TaskTable taskTable;
    private final TaskProjector tasks;
    private final AgentTable agents;
    private final AgentProjector trust;
    private final DeadLetterProjector deadLetters;

    ProjectionStore(Writer sql) {
        this.sql = sql;
        this.tally = new Tally(sql);
        this.taskTable = new TaskTable(sql, tally);
        EventCounter counter = new EventCounter(tally);
        this.tasks = new TaskProjector(taskTable, tally, counter);
        this.agents = new AgentTable(sql, tally);
        this.trust = new AgentProjector(sql, counter);
        this.deadLetters = new DeadLetterProjector(sql, tally);
    }

    TaskProjector tasks() {
        return tasks;
    }

    AgentTable agents() {
        return agents;
    }

    AgentProjector trust() {
        return trust;
    }

    DeadLetterProjector deadLetters() {
        return deadLetters;
    }

    /**
     * Where a partition begins and ends now.
     *
     * @param topicId of its topic
     */
    record Extent(String topicId, long begin, long end) {}

    /**
     * Where reading goes on.
     *
     * @param offsets of every partition
     * @param anew in words, why the tables were emptied; empty if they were not
     */
    record Resume(Map<TopicPartition, Long> offsets, String anew) {}

    private record Saved(String topicId, long offset) {}

    private Map<TopicPartition, Saved> saved() {
        Map<TopicPartition, Saved> saved = new HashMap<>();
        sql.query("SELECT topic, partition_id, topic_id, next_offset FROM projection_offset", row -> {
            saved.put(new TopicPartition(row.getString(1), row.getInt(2)), new Saved(row.getString(3), row.getLong(4)));
            return true;
        });
        return saved;
    }

    /**
     * Finds where reading goes on. If the tables tell of another log than the one that is there, what they know never
     * happened, and they are emptied.
     *
     * @param extents asked for while nobody else can change the tables: otherwise these could be ahead of what was asked
     */
    Resume resume(Supplier<Map<TopicPartition, Extent>> extents) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        List<String> why = new ArrayList<>();
        write(() -> {
            Map<TopicPartition, Saved> saved = saved();
            Map<TopicPartition, Extent> log = extents.get();
            saved.forEach((partition, at) -> {
                Extent extent = log.get(partition);
                if (extent == null || !extent.topicId.equals(at.topicId)) {
                    why.add(partition.topic() + " was deleted or made anew");
                } else if (at.offset < extent.begin || at.offset > extent.end) {
                    why.add("the tables are at offset " + at.offset + " of " + partition + ", which has offsets "
                            + extent.begin + " to " + extent.end);
                }
            });
            if (!why.isEmpty()) {
                TABLES.forEach(table -> sql.update("DELETE FROM " + table));
                saved.clear();
            } else if (saved.isEmpty()) {
                why.add("the tables are empty");
            }
            log.forEach((partition, extent) -> {
                Saved at = saved.get(partition);
                offsets.put(partition, at == null ? extent.begin : at.offset);
                if (at == null) {
                    keep(partition, extent.topicId, extent.begin);
                }
            });
        });
        return new Resume(offsets, String.join("; ", why));
    }

    /**
     * Applies changes and moves the offsets: all of it, or nothing and an exception.
     *
     * @param from where the session's reading of each partition stood before
     * @param next where it stands after
     * @throws MovedBackException if the tables contain less than the session has brought in
     */
    void apply(
            List<Change> changes,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> next,
            Map<String, Uuid> topicIds) {
        write(() -> {
            Map<TopicPartition, Saved> saved = saved();
            next.forEach((partition, offset) -> {
                Saved at = saved.get(partition);
                String topicId = String.valueOf(topicIds.get(partition.topic()));
                if (at == null || !at.topicId.equals(topicId) || at.offset < from.getOrDefault(partition, 0L)) {
                    throw new MovedBackException(partition);
                }
            });
            List<Change> unseen = changes.stream()
                    .filter(change -> change.origin().offset() >= offset(saved, change))
                    .toList();
            unseen.forEach(change -> change.prepare().run());
            taskTable.load();
            agents.load();
            unseen.forEach(change -> change.apply().run());
            taskTable.flush();
            agents.flush();
            tally.flush();
            next.forEach((partition, offset) -> {
                Saved at = saved.get(partition);
                if (at != null && at.offset < offset) {
                    keep(partition, at.topicId, offset);
                }
            });
        });
    }

    private static long offset(Map<TopicPartition, Saved> saved, Change change) {
        Saved at = saved.get(
                new TopicPartition(change.origin().topic(), change.origin().partition()));
        return at == null ? 0 : at.offset;
    }

    private void keep(TopicPartition partition, String topicId, long offset) {
        sql.update(
                "INSERT INTO projection_offset (topic, partition_id, topic_id, next_offset) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (topic, partition_id) DO UPDATE SET topic_id = excluded.topic_id,"
                        + " next_offset = excluded.next_offset",
                partition.topic(),
                partition.partition(),
                topicId,
                offset);
    }

    /**
     * Deletes what ended long ago, a bounded number of rows.
     *
     * @param before milliseconds since the epoch
     * @return whether there is nothing left to delete
     */
    boolean sweep(long before) {
        List<String> found = new ArrayList<>();
        write(() -> {
            found.addAll(sql.query(
                    "SELECT task_id FROM task WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT "
                            + SWEEP_LIMIT,
                    row -> row.getString(1),
                    before));
            taskTable.delete(found);
            sql.update("DELETE FROM tally WHERE scope = 'minute' AND name < ?", TaskProjector.minute(before));
            tally.flush();
        });
        return found.size() < SWEEP_LIMIT;
    }

    /** Deletes trust changes and dead letters from before a time, a bounded number; otherwise as {@link #sweep}. */
    boolean sweepHistory(long before) {
        List<String> letters = new ArrayList<>();
        List<Object[]> changes = new ArrayList<>();
        write(() -> {
            letters.addAll(sql.query(
                    "SELECT task_id FROM dead_letter WHERE at < ? ORDER BY at LIMIT " + SWEEP_LIMIT,
                    row -> row.getString(1),
                    before));
            letters.forEach(deadLetters::delete);
            changes.addAll(sql.query(
                    "SELECT agent_id, event_offset FROM trust_change WHERE at < ? ORDER BY at LIMIT " + SWEEP_LIMIT,
                    row -> new Object[] {row.getString(1), row.getLong(2)},
                    before));
            changes.forEach(
                    change -> sql.update("DELETE FROM trust_change WHERE agent_id = ? AND event_offset = ?", change));
            tally.flush();
        });
        return letters.size() < SWEEP_LIMIT && changes.size() < SWEEP_LIMIT;
    }

    /** One transaction, in its turn. */
    private void write(Runnable work) {
        try {
            sql.transaction(() -> {
                sql.update("UPDATE writer_turn SET turns = turns + 1");
                work.run();
            });
        } catch (RuntimeException | Error e) {
            taskTable.reset();
            agents.reset();
            tally.reset();
            throw e;
        }
    }

    /** Whether a failure to apply lies in the record, so that trying again cannot help, and not in the database. */
    static boolean isFaultOfTheRecord(RuntimeException failure) {
        if (failure instanceof MovedBackException) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return SQLITE_DATA_FAULTS.contains(sqlite.getResultCode().code & SQLITE_PRIMARY_CODE);
            }
            if (cause instanceof DataIntegrityViolationException) {
                return true;
            }
            if (cause instanceof SQLException other
                    && String.valueOf(other.getSQLState()).startsWith(SQLSTATE_LIMITS)) {
                return true;
            }
        }
        return !(failure instanceof DataAccessException);
    }

    /** Another service has emptied the tables, or somebody has put an older copy in their place. */
    static final class MovedBackException extends RuntimeException {
        MovedBackException(TopicPartition partition) {
            super("the tables contain less of " + partition + " than was brought in");
        }
    }
}
