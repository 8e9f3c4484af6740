package io.ains.registry.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ains.protocol.AgentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What agents are searched by, as SQL.
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

    /** By what the results are ordered. */
    enum Order {
        @JsonProperty("trust_score")
        TRUST_SCORE("trust_score DESC"),
        @JsonProperty("price")
        PRICE("price_order"),
        @JsonProperty("latency")
        LATENCY("latency_order");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }

        private String column() {
            return sql.split(" ", 2)[0];
        }
    }

    /** A statement with its values. */
    record Sql(String text, List<Object> values) {
        Sql then(String more, List<?> moreValues) {
            List<Object> all = new ArrayList<>(values);
            all.addAll(moreValues);
            return new Sql(text + more, all);
        }
    }

    /** The names that contain the text are those with an ending that lies in this range. */
    private List<Object> endings() {
        String low = String.valueOf(capability).toLowerCase(Locale.ROOT);
        int last = low.length() - 1;
        return List.of(low, low.substring(0, last) + (char) (low.charAt(last) + 1));
    }

    /** The names of capabilities that match. */
    Sql names(int limit) {
        return new Sql(
                "SELECT DISTINCT name FROM capability_ending WHERE ending >= ? AND ending < ? LIMIT " + limit,
                endings());
    }

    /** Each index that leads to agents by one of the conditions. */
    enum Lead {
        STATUS,
        TAGS,
        CAPABILITY
    }

    private Sql conditions(@Nullable Lead lead) {
        // Added to nothing or joined to nothing, a column has no index, so that the way is the one that was chosen.
        String trust = lead == null && order == Order.TRUST_SCORE ? "a.trust_score" : "a.trust_score + 0";
        Sql where = new Sql(" WHERE " + trust + " >= ?", List.of(minTrust));
        if (status != null) {
            String state = lead == Lead.STATUS ? "a.status" : "a.status || ''";
            where = where.then(" AND " + state + " = ?", List.of(status.name()));
        }
        if (!tags.isEmpty()) {
            String list = Stream.generate(() -> "?").limit(tags.size()).collect(Collectors.joining(", "));
            where = where.then(
                    lead == Lead.TAGS
                            ? " AND a.agent_id IN (SELECT t.agent_id FROM agent_tag t WHERE t.tag IN (" + list + "))"
                            : " AND EXISTS (SELECT 1 FROM agent_tag t WHERE t.agent_id = a.agent_id AND t.tag IN ("
                                    + list + "))",
                    tags);
        }
        if (capability != null) {
            where = where.then(
                    lead == Lead.CAPABILITY
                            ? " AND a.agent_id IN (SELECT c.agent_id FROM capability_ending e CROSS JOIN"
                                    + " agent_capability c WHERE c.name = e.name AND e.ending >= ? AND e.ending < ?)"
                            : " AND EXISTS (SELECT 1 FROM agent_capability c CROSS JOIN capability_ending e WHERE"
                                    + " c.agent_id = a.agent_id AND e.name = c.name AND e.ending >= ?"
                                    + " AND e.ending < ?)",
                    endings());
        }
        return where;
    }

    /** How many match. In no order, so the index by trust can be used whatever the page's order is. */
    Sql count(@Nullable Lead lead) {
        if (capability != null && tags.isEmpty() && minTrust == 0) {
            return countByOffer();
        }
        Sql where = new AgentSearch(capability, tags, minTrust, status, Order.TRUST_SCORE).conditions(lead);
        return new Sql("SELECT count(*) FROM agent a" + where.text, where.values);
    }

    /** What an agent offers is enough to count it. */
    private Sql countByOffer() {
        Sql all = new Sql(
                "SELECT count(DISTINCT c.agent_id) FROM capability_ending e CROSS JOIN agent_capability c"
                        + " WHERE c.name = e.name AND e.ending >= ? AND e.ending < ?",
                endings());
        return status == null ? all : all.then(" AND c.status = ?", List.of(status.name()));
    }

    /**
     * The ids of a page, by a lead whose agents are few enough to be sorted; or without, along the order, which finds the
     * page soon if there are many.
     */
    Sql page(@Nullable Lead lead, int limit, int offset) {
        Sql where = conditions(lead);
        String place = lead == null
                ? "a." + order.sql
                : "a." + order.column() + " + 0"
                        + order.sql.substring(order.column().length());
        return new Sql("SELECT a.agent_id FROM agent a" + where.text, where.values)
                .then(" ORDER BY " + place + ", a.agent_id LIMIT ? OFFSET ?", List.of(limit, offset));
    }

    /** Whether an agent's place depends on which of its capabilities match. */
    boolean isOrderedByOffer() {
        return capability != null && order != Order.TRUST_SCORE;
    }

    /** The ids of a page by the price or latency of what matches: the best of each name, merged. */
    Sql pageByOffer(List<String> names, int limit, int offset) {
        String column = order.column();
        Sql where = new AgentSearch(null, tags, minTrust, status, order).conditions(null);
        Sql all = new Sql("SELECT agent_id FROM (", List.of());
        for (int i = 0; i < names.size(); i++) {
            all = all.then(
                            (i == 0 ? "" : " UNION ALL ") + "SELECT * FROM (SELECT c.agent_id AS agent_id, c." + column
                                    + " AS place FROM agent_capability c CROSS JOIN agent a" + where.text
                                    + " AND a.agent_id = c.agent_id AND c.name = ? ORDER BY c." + column
                                    + ", c.agent_id LIMIT ?) offers",
                            where.values)
                    .then("", List.of(names.get(i), (long) limit + offset));
        }
        return all.then(
                ") page GROUP BY agent_id ORDER BY min(place), agent_id LIMIT ? OFFSET ?", List.of(limit, offset));
    }

    /** The same for more names than one statement can merge. */
    Sql pageByOffer(int limit, int offset) {
        Sql where = new AgentSearch(null, tags, minTrust, status, order).conditions(null);
        return new Sql(
                        "SELECT a.agent_id FROM capability_ending e CROSS JOIN agent_capability c CROSS JOIN agent a"
                                + where.text + " AND c.name = e.name AND a.agent_id = c.agent_id AND e.ending >= ?"
                                + " AND e.ending < ? GROUP BY a.agent_id ORDER BY min(c." + order.column()
                                + "), a.agent_id LIMIT ? OFFSET ?",
                        where.values)
                .then("", endings())
                .then("", List.of(limit, offset));
    }
}
