package io.ains.guarantees;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The longest time in which no task of a capability was started, told apart by what was wrong then. Safe for many threads. */
final class Stalls {
    static final String NOTHING = "nothing";

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final class Row {
        int times;
        long stallNanos;
        long recoveryNanos;
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, Long> lastStart = new ConcurrentHashMap<>();
    private String now = NOTHING;
    private long since;
    private String last = NOTHING;
    private long recoveredAt;

    synchronized void begin(String fault) {
        now = fault;
        since = System.nanoTime();
        row(fault).times++;
    }

    /** All is well again; what still stands since before that is put down to what was wrong. */
    synchronized void recovered() {
        recoveredAt = System.nanoTime();
        Row row = row(now);
        row.recoveryNanos = Math.max(row.recoveryNanos, recoveredAt - since);
        last = now;
        now = NOTHING;
    }

    synchronized void started(String capability) {
        long at = System.nanoTime();
        Long before = lastStart.put(capability, at);
        if (before != null) {
            // What began while something was wrong is put down to that, though it may end while something else is.
            Row row = row(before < recoveredAt ? last : now);
            row.stallNanos = Math.max(row.stallNanos, at - before);
        }
    }

    boolean hasStarted(String capability) {
        return lastStart.containsKey(capability);
    }

    /** From now on a pause counts. */
    synchronized void clear() {
        lastStart.clear();
        rows.clear();
    }

    synchronized int faults() {
        return rows.values().stream().mapToInt(row -> row.times).sum();
    }

    /** The longest of all. */
    synchronized double worstSeconds() {
        return rows.values().stream().mapToLong(row -> row.stallNanos).max().orElse(0) / SECOND;
    }

    private Row row(String fault) {
        return rows.computeIfAbsent(fault, name -> new Row());
    }

    synchronized String table() {
        StringBuilder table = new StringBuilder(
                "  %-44s %6s %18s %16s%n".formatted("what happened", "times", "worst stall, s", "all well after, s"));
        rows.forEach((fault, row) -> table.append(String.format(
                Locale.ROOT,
                "  %-44s %6d %18.1f %16.1f%n",
                fault,
                row.times,
                row.stallNanos / SECOND,
                row.recoveryNanos / SECOND)));
        return table.toString();
    }
}
