package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.QueryPlans;
import io.ains.registry.tasks.TaskQueries.Filter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskQueryPlanTest {
    @Test
    void shouldFindTasksByAnIndexForEveryFilter(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (Filter filter : List.of(
                    new Filter("x", null, null, null, null),
                    new Filter(null, TaskStatus.PENDING, null, null, null),
                    new Filter(null, null, "x", null, null),
                    new Filter(null, null, null, "x", null),
                    new Filter(null, null, null, null, "x"))) {
                plans.assertSearches(filter.page());
                plans.assertDoesNotSort(filter.page());
                plans.assertSearches(filter.count());
            }
            plans.assertSearches(new Filter("x", TaskStatus.PENDING, "x", "x", "x").page());
            Filter all = new Filter(null, null, null, null, null);
            plans.assertUsesIndexes(all.page());
            plans.assertDoesNotSort(all.page());
            plans.assertUsesIndexes(all.count());
            plans.assertSearches(TaskQueries.ASSIGNED);
            plans.assertDoesNotSort(TaskQueries.ASSIGNED);
        }
    }
}
