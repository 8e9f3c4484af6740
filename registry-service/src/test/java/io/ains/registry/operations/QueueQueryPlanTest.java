package io.ains.registry.operations;

import io.ains.registry.QueryPlans;
import io.ains.registry.projection.Tallies;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueQueryPlanTest {
    @Test
    void shouldKnowCountsWithoutCounting(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (String sql : List.of(
                    Tallies.PARTS,
                    Tallies.COMPLETIONS,
                    QueueQueries.LOAD,
                    QueueQueries.oldestSql("x"),
                    StatsQueries.OFFERED,
                    StatsQueries.NAMES,
                    StatsQueries.NAMES_COUNT,
                    StatsQueries.HELD_BY_AVAILABLE)) {
                plans.assertSearches(sql);
            }
            plans.assertDoesNotSort(QueueQueries.LOAD);
            plans.assertDoesNotSort(QueueQueries.oldestSql("x"));
            plans.assertUsesIndexes(QueueQueries.oldestSql(null));
            plans.assertDoesNotSort(QueueQueries.oldestSql(null));
        }
    }
}
