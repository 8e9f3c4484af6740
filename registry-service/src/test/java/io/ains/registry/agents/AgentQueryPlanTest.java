package io.ains.registry.agents;

import io.ains.protocol.AgentStatus;
import io.ains.registry.QueryPlans;
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
                for (AgentStatus status : new AgentStatus[] {null, AgentStatus.BUSY}) {
                    var all = new AgentSearch("x", tags, 0.2, status, order);
                    for (var search : List.of(
                            all,
                            new AgentSearch("x", List.of(), 0, status, order),
                            new AgentSearch(null, tags, 0.2, status, order),
                            new AgentSearch(null, List.of(), 0.2, status, order))) {
                        plans.assertSearches(search.count().text());
                        plans.assertReadsIndexesAlone(search.count().text());
                        plans.assertSearches(search.pageOfFew(10, 0).text());
                        plans.assertUsesIndexes(search.pageOfMany(10, 0).text());
                        plans.assertReadsIndexesAlone(search.pageOfMany(10, 0).text());
                        plans.assertDoesNotSort(search.pageOfMany(10, 0).text());
                    }
                    plans.assertSearches(all.countOfKinds().text());
                    if (all.isOrderedByOffer()) {
                        plans.assertSearches(
                                all.pageByOffer(List.of("x", "xy"), 10, 0).text());
                        plans.assertSearches(all.pageByOffer(10, 0).text());
                    }
                }
            }
            var named = new AgentSearch("x", tags, 0.2, AgentStatus.BUSY, Order.PRICE);
            plans.assertSearches(named.names(10).text());
            var inStatus = new AgentSearch(null, List.of(), 0, AgentStatus.BUSY, Order.PRICE);
            plans.assertSearches(inStatus.pageOfFew(10, 0).text());
        }
    }
}
