package io.ains.registry.agents;

import io.ains.protocol.AgentStatus;
import io.ains.registry.QueryPlans;
import io.ains.registry.agents.AgentQueries.Filter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentQueryPlanTest {
    @Test
    void shouldFindAgentsByAnIndexForEveryFilter(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (Filter filter : List.of(
                    Filter.of(AgentStatus.BUSY, null), Filter.of(null, "x"), Filter.of(AgentStatus.BUSY, "x"))) {
                plans.assertSearches(filter.page());
                plans.assertDoesNotSort(filter.page());
            }
            plans.assertUsesIndexes(Filter.of(null, null).page());
            plans.assertDoesNotSort(Filter.of(null, null).page());
            plans.assertSearches(AgentQueries.FIND);
        }
    }
}
