package io.ains.registry.agents;

import io.ains.protocol.AgentStatus;
import io.ains.registry.QueryPlans;
import io.ains.registry.agents.AgentSearch.Lead;
import io.ains.registry.agents.AgentSearch.Order;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentQueryPlanTest {
    @Test
    void shouldFindAgentsByAnIndexForEveryFilter(@TempDir Path folder) {
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (String sql : List.of(
                    AgentQueries.pageSql(AgentStatus.BUSY, null),
                    AgentQueries.pageSql(null, "x"),
                    AgentQueries.pageSql(AgentStatus.BUSY, "x"),
                    TrustQueries.HISTORY)) {
                plans.assertSearches(sql);
                plans.assertDoesNotSort(sql);
            }
            for (String sql : List.of(
                    AgentQueries.pageSql(null, null), TrustQueries.leaderboardSql(0), TrustQueries.leaderboardSql(5))) {
                plans.assertUsesIndexes(sql);
                plans.assertDoesNotSort(sql);
            }
            for (String sql : List.of(
                    AgentQueries.EXISTS,
                    AgentQueries.INTERVAL,
                    AgentQueries.FIND,
                    AgentQueries.FIND_ALL,
                    TrustQueries.FIND,
                    TrustQueries.HISTORY_COUNT)) {
                plans.assertSearches(sql);
            }
        }
    }

    @Test
    void shouldSearchAlongAnIndex(@TempDir Path folder) {
        List<String> tags = List.of("a", "b");
        try (QueryPlans plans = new QueryPlans(folder)) {
            for (Order order : Order.values()) {
                var all = new AgentSearch("x", tags, 0.2, AgentStatus.BUSY, order);
                plans.assertUsesIndexes(all.page(null, 10, 0).text());
                plans.assertDoesNotSort(all.page(null, 10, 0).text());
                for (Lead lead : Lead.values()) {
                    plans.assertSearches(all.page(lead, 10, 0).text());
                    plans.assertSearches(all.count(lead).text());
                }
            }
            for (AgentStatus status : new AgentStatus[] {null, AgentStatus.BUSY}) {
                var offered = new AgentSearch("x", List.of(), 0, status, Order.PRICE);
                plans.assertSearches(offered.count(null).text());
            }
            var priced = new AgentSearch("x", tags, 0.2, AgentStatus.BUSY, Order.PRICE);
            plans.assertSearches(priced.names(10).text());
            plans.assertSearches(priced.pageByOffer(List.of("x", "xy"), 10, 0).text());
            plans.assertSearches(priced.pageByOffer(10, 0).text());
        }
    }
}
