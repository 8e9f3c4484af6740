package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.projection.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** How the database means to find the rows of a query. */
public final class QueryPlans implements AutoCloseable {
    private final Database database;

    /** Makes an empty database in a folder. */
    public QueryPlans(Path folder) {
        Duration day = Duration.ofDays(1);
        database = new Database(new RegistrySettings(
                "jdbc:sqlite:" + folder.resolve("plans.db"), null, null, 1, day, 1, day, 1, day, day));
    }

    private List<String> plan(String sql) {
        String positional = sql.replace(":ids", "?");
        long parameters = positional.chars().filter(c -> c == '?').count();
        return database.queries()
                .sql("EXPLAIN QUERY PLAN " + positional)
                .params(Collections.nCopies((int) parameters, "1"))
                .query((row, number) -> row.getString("detail"))
                .list();
    }

    /** Fails when a query would read a whole table, or all of an index where the filter should have narrowed it. */
    public void assertSearches(String sql) {
        assertThat(plan(sql)).as(sql).isNotEmpty().noneMatch(QueryPlans::scansTable);
    }

    /** Fails when a query would look at a row of a table for what is not in the index that led to it. */
    public void assertReadsIndexesAlone(String sql) {
        assertThat(plan(sql))
                .as(sql)
                .isNotEmpty()
                .allMatch(step -> !step.startsWith("SEARCH") || step.contains("COVERING INDEX"));
    }

    /** Fails when a query would read a whole table; it may walk an index, in its order. */
    public void assertUsesIndexes(String sql) {
        assertThat(plan(sql))
                .as(sql)
                .isNotEmpty()
                .allMatch(step -> !scansTable(step) || step.contains(" USING ") && step.contains("INDEX"));
    }

    /** What a statement has put together itself, and bounded, may be read whole. */
    private static boolean scansTable(String step) {
        return step.startsWith("SCAN")
                && !step.matches("SCAN (state|page|counts|offers|offered|\\(subquery.*|CONSTANT ROW)");
    }

    /** Fails when a query would collect its rows to sort them. */
    public void assertDoesNotSort(String sql) {
        assertThat(plan(sql)).as(sql).isNotEmpty().noneMatch(step -> step.contains("FOR ORDER BY"));
    }

    @Override
    public void close() {
        database.close();
    }
}
