package io.ains.registry.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ains.protocol.AgentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What agents are searched by, as SQL. Capabilities and tags are looked for among the kinds of agents, which are few.
 *
 * @param capability a part of a capability's name, in any case; null for all
 * @param tags of which an agent must have one; empty for all
 * @param minTrust the least trust, 0 to 1
 * @param status null for all
 * @param order of what is found
 */
record AgentSearch(
        @Nullable String capability,
        List<String> tags,
        double minTrust,
        @Nullable AgentStatus status,
        Order order) {

    private static final String BY_ENDING = " e.ending >= ? AND e.ending < ?";

    /** By what the results are ordered. */
    enum Order {
        @JsonProperty("trust_score")
        TRUST_SCORE("trust_score", " DESC"),
        @JsonProperty("price")
        PRICE("price_order", ""),
        @JsonProperty("latency")
        LATENCY("latency_order", "");

        private final String column;
        private final String direction;

        Order(String column, String direction) {
            this.column = column;
            this.direction = direction;
        }
    }

    /** A statement with its values. */
    record Sql(String text, List<Object> values) {
        Sql then(String more, Object... moreValues) {
            List<Object> all = new ArrayList<>(values);
            all.addAll(List.of(moreValues));
            return new Sql(text + more, all);
        }

        Sql then(Sql more) {
            return then(more.text, more.values.toArray());
        }
    }

    /** The names that contain the text are those with an ending that lies in this range. */
    private Object[] endings() {
        String low = String.valueOf(capability).toLowerCase(Locale.ROOT);
        int last = low.length() - 1;
        return new Object[] {low, low.substring(0, last) + (char) (low.charAt(last) + 1)};
    }

    /** Whether the kind of an agent decides if it matches, or not even that is asked. */
    boolean isByKind() {
        return capability != null || !tags.isEmpty();
    }

    private Sql tagged() {
        String list = "?" + ", ?".repeat(Math.max(0, tags.size() - 1));
        return new Sql("SELECT t.kind FROM kind_tag t WHERE t.tag IN (" + list + ")", List.copyOf(tags));
    }

    private Sql offers(String columns) {
        Sql offers = new Sql("SELECT " + columns, List.of())
                .then(
                        " FROM capability_ending e CROSS JOIN kind_capability k WHERE k.name = e.name AND" + BY_ENDING,
                        endings());
        return tags.isEmpty()
                ? offers
                : offers.then(" AND k.kind IN (").then(tagged()).then(")");
    }

    private Sql kinds() {
        return capability == null ? tagged() : offers("k.kind");
    }

    /** The names of capabilities that match, of agents with one of the tags. */
    Sql names(int limit) {
        return offers("DISTINCT e.name").then(" LIMIT " + limit);
    }

    /** How many agents of these kinds and in this status there are, whatever their trust: of what has been counted. */
    Sql countOfKinds() {
        Sql count = new Sql("SELECT coalesce(sum(n), 0) FROM tally WHERE scope = 'kinds' AND name IN (", List.of())
                .then(kinds())
                .then(")");
        return status == null ? count : count.then(" AND part = ?", status.name());
    }

    /** How many agents match. */
    Sql count() {
        return new Sql("SELECT count(*) FROM agent a WHERE ", List.of()).then(conditions(lead()));
    }

    /** Each index that leads to agents by one of the conditions. */
    private enum Lead {
        KIND,
        STATUS,
        TRUST
    }

    private Lead lead() {
        if (isByKind()) {
            return Lead.KIND;
        }
        return status != null && minTrust == 0 ? Lead.STATUS : Lead.TRUST;
    }

    /** @param lead null for the order of the results */
    private Sql conditions(@Nullable Lead lead) {
        // Added to nothing or joined to nothing, a column has no index, so that the way is the one that was chosen.
        boolean byTrust = lead == Lead.TRUST || lead == Lead.KIND || lead == null && order == Order.TRUST_SCORE;
        Sql where = new Sql(byTrust ? "a.trust_score >= ?" : "a.trust_score + 0 >= ?", List.of(minTrust));
        if (status != null) {
            where = where.then(lead == Lead.STATUS ? " AND a.status = ?" : " AND a.status || '' = ?", status.name());
        }
        if (isByKind()) {
            where = where.then(lead == Lead.KIND ? " AND a.kind IN (" : " AND a.kind || '' IN (")
                    .then(kinds())
                    .then(")");
        }
        return where;
    }

    /** The ids of a page, along the order: the more match, the sooner it is found. */
    Sql pageOfMany(int limit, int offset) {
        return new Sql("SELECT a.agent_id FROM agent a WHERE ", List.of())
                .then(conditions(null))
                .then(" ORDER BY a." + order.column + order.direction + ", a.agent_id LIMIT ? OFFSET ?", limit, offset);
    }

    /** The ids of a page, when those that match are so few that they are better all found and sorted. */
    Sql pageOfFew(int limit, int offset) {
        return new Sql("SELECT a.agent_id FROM agent a WHERE ", List.of())
                .then(conditions(lead()))
                .then(
                        " ORDER BY a." + order.column + " + 0" + order.direction + ", a.agent_id LIMIT ? OFFSET ?",
                        limit,
                        offset);
    }

    /** Whether an agent's place depends on which of its capabilities match. */
    boolean isOrderedByOffer() {
        return capability != null && order != Order.TRUST_SCORE;
    }

    /** The ids of a page by the price or latency of what matches: the best of each name, merged. */
    Sql pageByOffer(List<String> names, int limit, int offset) {
        Sql all = new Sql("SELECT agent_id FROM (", List.of());
        for (int i = 0; i < names.size(); i++) {
            all = all.then((i == 0 ? "" : " UNION ALL ") + "SELECT * FROM (SELECT c.agent_id AS agent_id, c."
                            + order.column
                            + " AS place FROM agent_capability c CROSS JOIN agent a WHERE ")
                    .then(withoutCapability().conditions(null))
                    .then(
                            " AND a.agent_id = c.agent_id AND c.name = ? ORDER BY c." + order.column
                                    + ", c.agent_id LIMIT ?) offers",
                            names.get(i),
                            (long) limit + offset);
        }
        return all.then(") page GROUP BY agent_id ORDER BY min(place), agent_id LIMIT ? OFFSET ?", limit, offset);
    }

    private AgentSearch withoutCapability() {
        return new AgentSearch(null, tags, minTrust, status, order);
    }

    /** The same, when few match, or more names than one statement can merge. */
    Sql pageByOffer(int limit, int offset) {
        return new Sql(
                        "SELECT a.agent_id FROM agent a CROSS JOIN agent_capability c CROSS JOIN capability_ending e WHERE ",
                        List.of())
                .then(conditions(Lead.KIND))
                .then(" AND c.agent_id = a.agent_id AND e.name = c.name AND" + BY_ENDING, endings())
                .then(
                        " GROUP BY a.agent_id ORDER BY min(c." + order.column + "), a.agent_id LIMIT ? OFFSET ?",
                        limit,
                        offset);
    }
}
