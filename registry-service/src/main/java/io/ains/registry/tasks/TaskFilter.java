package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a list of tasks is narrowed by; null is not. */
record TaskFilter(
        @Nullable String clientId,
        @Nullable TaskStatus status,
        @Nullable String taskType,
        @Nullable String capability,
        @Nullable String assignedAgentId) {

    /** A column that has an index by status and time, and a scope of counts. */
    private record Column(String name, String scope, String value) {}

    /** Of these two there is an index together. */
    private static final List<String> PAIR = List.of("capability", "task_type");

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        add(columns, "client_id", "tasks.client", clientId);
        add(columns, "capability", "tasks.capability", capability);
        add(columns, "task_type", "tasks.type", taskType);
        add(columns, "assigned_agent_id", "tasks.agent", assignedAgentId);
        return columns;
    }

    private static void add(List<Column> columns, String name, String scope, @Nullable String value) {
        if (value != null) {
            columns.add(new Column(name, scope, value));
        }
    }

    /**
     * Finds the cheapest way to the tasks: along the index of the column whose value is the rarest, or of capability and
     * type together, the two that are common both, and only through the states that there are tasks in.
     *
     * @param counts tells, for a scope and a name, how many tasks there are in each state
     */
    Way way(BiFunction<String, String, Map<String, Long>> counts) {
        List<Column> columns = columns();
        if (columns.isEmpty()) {
            Map<String, Long> all = narrowed(counts.apply("tasks", ""));
            return new Way(List.of(), List.of(), all, sum(all));
        }
        Column best = columns.get(0);
        Map<String, Long> fewest = narrowed(counts.apply(best.scope, best.value));
        for (Column column : columns.subList(1, columns.size())) {
            Map<String, Long> these = narrowed(counts.apply(column.scope, column.value));
            if (sum(these) < sum(fewest)) {
                best = column;
                fewest = these;
            }
        }
        List<Column> pair =
                columns.stream().filter(column -> PAIR.contains(column.name)).toList();
        List<Column> along = pair.size() == PAIR.size() && PAIR.contains(best.name) ? pair : List.of(best);
        List<Column> others = new ArrayList<>(columns);
        others.removeAll(along);
        boolean exact = along.size() == 1 && others.isEmpty() || fewest.isEmpty();
        return new Way(along, others, fewest, exact ? (Long) sum(fewest) : null);
    }

    private Map<String, Long> narrowed(Map<String, Long> byStatus) {
        if (status == null) {
            return byStatus;
        }
        Long count = byStatus.get(status.name());
        return count == null ? Map.of() : Map.of(status.name(), count);
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * How the tasks are found.
     *
     * @param along the columns whose index is walked; none for that of the status alone
     * @param others the columns that are looked at in each row
     * @param states in which there are tasks along that column
     * @param total if it is known without counting
     */
    record Way(
            List<Column> along,
            List<Column> others,
            Map<String, Long> states,
            @Nullable Long total) {

        Way {
            states = new LinkedHashMap<>(states);
        }

        private String where() {
            // Joined to nothing, a column has no index, so the walk is along the one that was chosen.
            return " FROM task WHERE "
                    + along.stream().map(column -> column.name + " = ? AND ").collect(Collectors.joining())
                    + "status = ?"
                    + others.stream()
                            .map(column -> " AND " + column.name + " || '' = ?")
                            .collect(Collectors.joining());
        }

        private List<Object> values(String state) {
            List<Object> values = new ArrayList<>();
            along.forEach(column -> values.add(column.value));
            values.add(state);
            others.forEach(column -> values.add(column.value));
            return values;
        }

        private String inEachState(String sql) {
            return Stream.generate(() -> sql).limit(states.size()).collect(Collectors.joining(" UNION ALL "));
        }

        String countSql() {
            return "SELECT sum(n) FROM (" + inEachState("SELECT count(*) AS n" + where()) + ") counts";
        }

        List<Object> countValues() {
            return states.keySet().stream()
                    .flatMap(state -> values(state).stream())
                    .toList();
        }

        /** The ids, newest first; there must be a state. */
        String pageSql() {
            String newest = " ORDER BY created_at DESC, task_id DESC LIMIT ?";
            String each = "SELECT task_id, created_at" + where() + newest;
            if (states.size() == 1) {
                return each + " OFFSET ?";
            }
            return "SELECT task_id FROM (" + inEachState("SELECT * FROM (" + each + ") state") + ") page" + newest
                    + " OFFSET ?";
        }

        List<Object> pageValues(int limit, int offset) {
            List<Object> all = new ArrayList<>();
            for (String state : states.keySet()) {
                all.addAll(values(state));
                all.add(states.size() == 1 ? limit : (long) limit + offset);
            }
            if (states.size() > 1) {
                all.add(limit);
            }
            all.add(offset);
            return all;
        }
    }
}
