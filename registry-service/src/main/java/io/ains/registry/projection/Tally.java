package io.ains.registry.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what a transaction changes, and adds it to the table of counts at its end. One thread. */
final class Tally {
    private static final String ADD = "INSERT INTO tally (scope, name, part, n) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (scope, name, part) DO UPDATE SET n = tally.n + excluded.n";
    private static final String DROP = "DELETE FROM tally WHERE scope = ? AND name = ? AND part = ? AND n = 0";

    private final Writer sql;
    private final Map<Key, Long> changes = new HashMap<>();

    private record Key(String scope, String name, String part) {}

    Tally(Writer sql) {
        this.sql = sql;
    }

    void add(String scope, String name, String part, long n) {
        changes.merge(new Key(scope, name, part), n, Long::sum);
    }

    /** Adds to the count of a name and to that of all. */
    void addOfAll(String scope, String name, String part, long n) {
        add(scope, name, part, n);
        add(scope, "", part, n);
    }

    void flush() {
        List<@Nullable Object[]> added = new ArrayList<>();
        List<@Nullable Object[]> perhapsNone = new ArrayList<>();
        changes.forEach((key, n) -> {
            if (n != 0) {
                added.add(new @Nullable Object[] {key.scope, key.name, key.part, n});
            }
            if (n < 0) {
                perhapsNone.add(new @Nullable Object[] {key.scope, key.name, key.part});
            }
        });
        changes.clear();
        sql.batch(ADD, added);
        sql.batch(DROP, perhapsNone);
    }

    /** Forgets what was counted since the last flush. */
    void reset() {
        changes.clear();
    }
}
