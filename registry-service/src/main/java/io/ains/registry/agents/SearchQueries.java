package io.ains.registry.agents;

import io.ains.protocol.Capability;
import io.ains.registry.agents.AgentSearch.Lead;
import io.ains.registry.agents.AgentSearch.Sql;
import io.ains.registry.agents.SearchController.Result;
import io.ains.registry.http.Page;
import io.ains.registry.projection.Database;
import io.ains.registry.projection.Tallies;
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
    private static final long FEW = 2_000;

    private static final int MAX_MERGED = 50;

    private final JdbcClient queries;
    private final Tallies tallies;
    private final AgentQueries agents;

    SearchQueries(Database database, Tallies tallies, AgentQueries agents) {
        this.queries = database.queries();
        this.tallies = tallies;
        this.agents = agents;
    }

    Page<Result> find(AgentSearch search, int limit, int offset) {
        List<String> names = search.capability() == null ? List.of() : texts(search.names(MAX_MERGED + 1));
        if (search.capability() != null && names.isEmpty()) {
            return new Page<>(List.of(), 0);
        }
        Way way = way(search, names);
        long total = total(search, names, way);
        Sql page;
        if (!search.isOrderedByOffer()) {
            page = search.page(way.agents <= FEW ? way.lead : null, limit, offset);
        } else if (names.size() <= MAX_MERGED) {
            page = search.pageByOffer(names, limit, offset);
        } else {
            page = search.pageByOffer(limit, offset);
        }
        return new Page<>(
                agents.findAll(texts(page)).stream()
                        .map(agent -> result(agent, search.capability()))
                        .toList(),
                total);
    }

    /** @param agents how many the lead has at most */
    private record Way(@Nullable Lead lead, long agents) {}

    private Way way(AgentSearch search, List<String> names) {
        Way best = new Way(null, Long.MAX_VALUE);
        if (search.status() != null) {
            best = new Way(Lead.STATUS, agents.count(search.status(), ""));
        }
        if (!search.tags().isEmpty()) {
            long tagged = search.tags().stream()
                    .mapToLong(tag -> tallies.all("tags", tag))
                    .sum();
            best = tagged < best.agents ? new Way(Lead.TAGS, tagged) : best;
        }
        if (!names.isEmpty() && names.size() <= MAX_MERGED) {
            long offering =
                    names.stream().mapToLong(name -> agents.count(null, name)).sum();
            best = offering < best.agents ? new Way(Lead.CAPABILITY, offering) : best;
        }
        return best;
    }

    private long total(AgentSearch search, List<String> names, Way way) {
        boolean countable = search.minTrust() == 0 && search.tags().isEmpty() && names.size() <= 1;
        if (countable) {
            return agents.count(search.status(), names.isEmpty() ? "" : names.get(0));
        }
        Sql count = search.count(way.lead);
        return queries.sql(count.text())
                .params(count.values())
                .query(Long.class)
                .single();
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
