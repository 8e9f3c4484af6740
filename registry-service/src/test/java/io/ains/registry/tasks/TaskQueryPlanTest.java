package io.ains.registry.tasks;

import io.ains.protocol.TaskStatus;
import io.ains.registry.QueryPlans;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskQueryPlanTest {
    private static final Map<String, Long> SOME = Map.of("PENDING", 5L, "COMPLETED", 7L);

    private static @Nullable String value(int combination, int bit) {
        return (combination & 1 << bit) == 0 ? null : "x";
    }

    @Test
    void shouldFindTasksByAnIndexForEveryFilter(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (int each = 0; each < 32; each++) {
                TaskStatus status = value(each, 4) == null ? null : TaskStatus.PENDING;
                var filter = new TaskFilter(value(each, 0), status, value(each, 1), value(each, 2), value(each, 3));
                TaskFilter.Way way = filter.way((scope, name) -> SOME);
                plans.assertSearches(way.pageSql());
                plans.assertSearches(way.countSql());
                if (filter.assignedAgentId() == null) {
                    plans.assertReadsIndexesAlone(way.pageSql());
                    plans.assertReadsIndexesAlone(way.countSql());
                }
                if (status != null) {
                    plans.assertDoesNotSort(way.pageSql());
                }
            }
        }
    }

    @Test
    void shouldFindEachTaskByItsId(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (String sql : List.of(
                    TaskQueries.FIND,
                    TaskQueries.FIND_ALL,
                    TaskQueries.HEAD,
                    TaskQueries.STANDINGS,
                    TaskQueries.CAPABILITIES,
                    TaskQueries.HISTORY,
                    TaskQueries.ASSIGNED,
                    DeadLetterQueries.TASK_OF,
                    DeadLetterQueries.pageSql("x"))) {
                plans.assertSearches(sql);
            }
            plans.assertDoesNotSort(TaskQueries.ASSIGNED);
            plans.assertDoesNotSort(DeadLetterQueries.pageSql("x"));
            plans.assertUsesIndexes(DeadLetterQueries.pageSql(null));
            plans.assertDoesNotSort(DeadLetterQueries.pageSql(null));
        }
    }
}
