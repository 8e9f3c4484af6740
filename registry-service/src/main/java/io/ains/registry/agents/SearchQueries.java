package io.ains.registry.agents;

import io.ains.protocol.Capability;
import io.ains.registry.agents.AgentSearch.Sql;
import io.ains.registry.agents.SearchController.Result;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Searches agents, by the way that the counts say is the shortest. Safe for many threads. */
@Component
class SearchQueries {
    /** So many agents are sorted sooner than found along an order. */
    private static final long FEW = 500;

    private static final int MAX_MERGED = 50;

    private final JdbcClient queries;
    private final AgentQueries agents;

    SearchQueries(Database database, AgentQueries agents) {
        this.queries = database.queries();
        this.agents = agents;
    }

    Page<Result> find(AgentSearch search, int limit, int offset) {
        long total = count(search);
        return new Page<>(
                total == 0
                        ? List.of()
                        : agents.findAll(texts(page(search, total, limit, offset))).stream()
                                .map(agent -> result(agent, search.capability()))
                                .toList(),
                total);
    }

    private long count(AgentSearch search) {
        long ofAnyTrust = search.isByKind() ? number(search.countOfKinds()) : agents.count(search.status(), "");
        return search.minTrust() == 0 || ofAnyTrust == 0 ? ofAnyTrust : number(search.count());
    }

    private Sql page(AgentSearch search, long total, int limit, int offset) {
        if (!search.isOrderedByOffer()) {
            return total <= FEW ? search.pageOfFew(limit, offset) : search.pageOfMany(limit, offset);
        }
        List<String> names = total <= FEW ? List.of() : texts(search.names(MAX_MERGED + 1));
        return names.isEmpty() || names.size() > MAX_MERGED
                ? search.pageByOffer(limit, offset)
                : search.pageByOffer(names, limit, offset);
    }

    private long number(Sql sql) {
        return queries.sql(sql.text()).params(sql.values()).query(Long.class).single();
    }

    private List<String> texts(Sql sql) {
        return queries.sql(sql.text())
                .params(sql.values())
                .query((row, number) -> row.getString(1))
                .list();
    }

    private static Result result(AgentView agent, @Nullable String part) {
        String lower = part == null ? "" : part.toLowerCase(Locale.ROOT);
        List<Capability> matching = agent.capabilities().stream()
                .filter(each -> each.name().toLowerCase(Locale.ROOT).contains(lower))
                .toList();
        return new Result(
                agent.agentId(),
                agent.displayName(),
                agent.trustScore(),
                agent.status(),
                agent.capabilities().stream().map(Capability::name).toList(),
                agent.tags(),
                lowest(matching, Capability::price),
                lowest(matching, Capability::latencyP99Ms));
    }

    private static @Nullable Double lowest(
            List<Capability> capabilities, Function<Capability, @Nullable Double> figure) {
        return capabilities.stream()
                .map(figure)
                .filter(Objects::nonNull)
                .min(Double::compare)
                .orElse(null);
    }
}
