package io.ains.registry.projection;

import io.ains.protocol.AgentState;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * The agents that one transaction touches. A state is the whole agent, so the last one of each is all that is written;
 * most only refresh, and leave what is searched and counted as it is. One thread.
 */
final class AgentTable {
    private static final ObjectReader CAPABILITIES = Json.MAPPER.readerForListOf(Capability.class);
    private static final ObjectReader TAGS = Json.MAPPER.readerForListOf(String.class);

    private static final String INDEXED = "status, trust_score, price_order, latency_order";
    private static final String PLAIN =
            "session_id, status_reason, status_since, resting, display_name, description, endpoint,"
                    + " public_key, tags, delivery, heartbeat_interval_ms, capabilities, registered_at, last_heartbeat_at,"
                    + " uptime_ms, heartbeat_rate, heartbeat_jitter_ms, metrics, tasks_completed, tasks_failed, avg_completion_ms, last_task_completed_at,"
                    + " availability_1m, availability_5m, availability_60m, state_offset";

    private static final String SELECT =
            "SELECT agent_id, capabilities, tags, state_offset, " + INDEXED + " FROM agent WHERE agent_id IN ";
    private static final String INSERT = "INSERT INTO agent (" + PLAIN + ", agent_id, " + INDEXED + ") VALUES ("
            + "?, ".repeat(count(PLAIN) + count(INDEXED)) + "?)";
    private static final String REFRESH = "UPDATE agent SET " + assign(PLAIN) + " WHERE agent_id = ?";
    private static final String MOVE = "UPDATE agent SET " + assign(INDEXED) + " WHERE agent_id = ?";
    private static final String DELETE = "DELETE FROM agent WHERE agent_id = ?";

    private static final String OFFER = "INSERT INTO agent_capability (agent_id, name, status, max_concurrency,"
            + " price_order, latency_order) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id, name) DO NOTHING";
    private static final String MOVE_OFFERS = "UPDATE agent_capability SET status = ? WHERE agent_id = ?";
    private static final String DELETE_OFFERS = "DELETE FROM agent_capability WHERE agent_id = ?";
    private static final String TAG =
            "INSERT INTO agent_tag (agent_id, tag) VALUES (?, ?) ON CONFLICT (agent_id, tag) DO NOTHING";
    private static final String DELETE_TAGS = "DELETE FROM agent_tag WHERE agent_id = ?";
    private static final String ENDING =
            "INSERT INTO capability_ending (ending, name) VALUES (?, ?) ON CONFLICT (ending, name) DO NOTHING";

    /** What is deleted goes first: a statement is run once for all agents, and one agent can be new where another changes. */
    private static final List<String> IN_TURN =
            List.of(DELETE_OFFERS, DELETE_TAGS, DELETE, INSERT, REFRESH, MOVE, MOVE_OFFERS, OFFER, ENDING, TAG);

    private final Writer sql;
    private final Tally tally;
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Said> said = new LinkedHashMap<>();
    private final Map<String, List<@Nullable Object[]>> batches = new HashMap<>();

    /** What the table has of an agent, as far as a change must know it. */
    private record Known(String agentId, String capabilities, String tags, long offset, Place place) {}

    /** What decides where an agent is found, apart from its capabilities and tags. */
    private record Place(String status, double trust, double price, double latency) {}

    private record Said(long offset, @Nullable AgentState state) {}

    AgentTable(Writer sql, Tally tally) {
        this.sql = sql;
        this.tally = tally;
    }

    private static int count(String columns) {
        return columns.split(",").length;
    }

    private static String assign(String columns) {
        return columns.replaceAll("\\w+", "$0 = ?");
    }

    /** To be read by the next {@link #load()}. */
    void want(String agentId) {
        wanted.add(agentId);
    }

    void load() {
        sql.queryIn(
                        SELECT,
                        wanted,
                        row -> new Known(
                                row.getString("agent_id"),
                                row.getString("capabilities"),
                                row.getString("tags"),
                                row.getLong("state_offset"),
                                new Place(
                                        row.getString("status"),
                                        row.getDouble("trust_score"),
                                        row.getDouble("price_order"),
                                        row.getDouble("latency_order"))))
                .forEach(each -> known.put(each.agentId, each));
        wanted.clear();
    }

    /** @param state null if the agent was deregistered, or archived */
    void say(String agentId, long offset, @Nullable AgentState state) {
        said.put(agentId, new Said(offset, state));
    }

    void flush() {
        said.forEach(this::write);
        IN_TURN.forEach(statement -> sql.batch(statement, batches.getOrDefault(statement, List.of())));
        reset();
    }

    private void write(String agentId, Said last) {
        Known before = known.get(agentId);
        if (before != null && before.offset >= last.offset) {
            return;
        }
        AgentState state = last.state;
        if (state == null) {
            if (before != null) {
                leave(before);
                Stream.of(DELETE_OFFERS, DELETE_TAGS, DELETE).forEach(statement -> add(statement, agentId));
            }
            return;
        }
        String capabilities = Json.MAPPER.writeValueAsString(state.capabilities());
        String tags = Json.MAPPER.writeValueAsString(state.tags());
        Place place = place(state);
        @Nullable Object[] plain = plain(state, capabilities, tags, last.offset);
        if (before == null) {
            add(INSERT, concat(plain, agentId, place.status, place.trust, place.price, place.latency));
        } else {
            add(REFRESH, concat(plain, agentId));
            if (!before.place.equals(place)) {
                add(MOVE, place.status, place.trust, place.price, place.latency, agentId);
            }
        }
        boolean offersSame = before != null && before.capabilities.equals(capabilities);
        boolean tagsSame = before != null && before.tags.equals(tags);
        if (before != null && offersSame && tagsSame && before.place.status.equals(place.status)) {
            return;
        }
        if (before != null) {
            leave(before);
        }
        arrive(place.status, state.capabilities(), state.tags());
        if (!offersSame) {
            replaceOffers(before != null, agentId, place.status, state.capabilities());
        } else {
            add(MOVE_OFFERS, place.status, agentId);
        }
        if (!tagsSame) {
            if (before != null) {
                add(DELETE_TAGS, agentId);
            }
            state.tags().forEach(tag -> add(TAG, agentId, tag));
        }
    }

    private void leave(Known before) {
        count(
                before.place.status,
                CAPABILITIES.<List<Capability>>readValue(before.capabilities),
                TAGS.<List<String>>readValue(before.tags),
                -1);
    }

    private void arrive(String status, List<Capability> capabilities, List<String> tags) {
        count(status, capabilities, tags, 1);
    }

    private void count(String status, List<Capability> capabilities, List<String> tags, int n) {
        tally.add("agents", "", status, n);
        for (Capability capability : distinct(capabilities)) {
            tally.add("agents", capability.name(), status, n);
            tally.add("slots", capability.name(), status, (long) n * capability.maxConcurrency());
        }
        tags.stream().distinct().forEach(tag -> tally.add("tags", tag, "", n));
    }

    /** The first of each name counts, as in the table. */
    private static Collection<Capability> distinct(List<Capability> capabilities) {
        Map<String, Capability> byName = new LinkedHashMap<>();
        capabilities.forEach(each -> byName.putIfAbsent(each.name(), each));
        return byName.values();
    }

    private void replaceOffers(boolean had, String agentId, String status, List<Capability> capabilities) {
        if (had) {
            add(DELETE_OFFERS, agentId);
        }
        for (Capability capability : distinct(capabilities)) {
            String name = capability.name();
            add(
                    OFFER,
                    agentId,
                    name,
                    status,
                    capability.maxConcurrency(),
                    best(Stream.ofNullable(capability.price())),
                    best(Stream.ofNullable(capability.latencyP99Ms())));
            String lower = name.toLowerCase(Locale.ROOT);
            for (int from = 0; from < lower.length(); from++) {
                add(ENDING, lower.substring(from), name);
            }
        }
    }

    private static Place place(AgentState state) {
        return new Place(
                state.status().name(),
                state.trustScore(),
                best(state.capabilities().stream().map(Capability::price)),
                best(state.capabilities().stream().map(Capability::latencyP99Ms)));
    }

    private static double best(Stream<@Nullable Double> values) {
        return values.filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(Double.MAX_VALUE);
    }

    private static @Nullable Object[] plain(AgentState state, String capabilities, String tags, long offset) {
        return new @Nullable Object[] {
            state.sessionId(),
            state.statusReason().name(),
            state.statusSince(),
            Json.MAPPER.writeValueAsString(state.resting()),
            state.displayName(),
            state.description(),
            state.endpoint(),
            state.publicKey(),
            tags,
            state.delivery().name(),
            state.heartbeatIntervalMs(),
            capabilities,
            state.registeredAt(),
            state.lastHeartbeatAt(),
            state.uptimeMs(),
            state.heartbeatRate(),
            state.heartbeatJitterMs(),
            state.metrics() == null ? null : Json.MAPPER.writeValueAsString(state.metrics()),
            state.tasksCompleted(),
            state.tasksFailed(),
            state.avgCompletionMs(),
            state.lastTaskCompletedAt(),
            state.availability1m(),
            state.availability5m(),
            state.availability60m(),
            offset
        };
    }

    private void add(String statement, @Nullable Object... values) {
        batches.computeIfAbsent(statement, any -> new ArrayList<>()).add(values);
    }

    private static @Nullable Object[] concat(@Nullable Object[] first, @Nullable Object... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray();
    }

    /** Forgets what was read and said. */
    void reset() {
        wanted.clear();
        known.clear();
        said.clear();
        batches.clear();
    }
}
