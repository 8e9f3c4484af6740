package io.ains.registry.operations;

import io.ains.registry.QueryPlans;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueQueryPlanTest {
    @Test
    void shouldCountQueuesByAnIndex(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            plans.assertSearches(QueueQueries.waitingSql("x"));
            plans.assertUsesIndexes(QueueQueries.waitingSql(null));
            plans.assertUsesIndexes(QueueQueries.loadSql(null));
            plans.assertSearches(QueueQueries.loadSql("x"));
            plans.assertUsesIndexes(QueueQueries.heldSql(null));
            plans.assertSearches(QueueQueries.heldSql("x"));
            plans.assertUsesIndexes(QueueQueries.BY_STATUS);
        }
    }
}
