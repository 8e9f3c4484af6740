package io.ains.registry.projection;

import io.ains.protocol.AgentState;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
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

    private static final int MAX_SEARCHED_TAG = 128;

    private static final String INDEXED = "status, trust_score, price_order, latency_order, kind";
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
    private static final String KIND_OFFER =
            "INSERT INTO kind_capability (kind, name) VALUES (?, ?) ON CONFLICT (kind, name) DO NOTHING";
    private static final String KIND_TAG =
            "INSERT INTO kind_tag (kind, tag) VALUES (?, ?) ON CONFLICT (kind, tag) DO NOTHING";
    private static final String NO_AGENT = " WHERE kind = ? AND NOT EXISTS (SELECT 1 FROM agent a WHERE a.kind = ?)";
    private static final String DELETE_KIND_OFFERS = "DELETE FROM kind_capability" + NO_AGENT;
    private static final String DELETE_KIND_TAGS = "DELETE FROM kind_tag" + NO_AGENT;
    private static final String ENDING =
            "INSERT INTO capability_ending (ending, name) VALUES (?, ?) ON CONFLICT (ending, name) DO NOTHING";

    /**
     * A statement is run once for all agents, and one of them can be new where another changes: so what is deleted goes
     * first, and last the kinds of which there is no agent any more.
     */
    private static final List<String> IN_TURN = List.of(
            DELETE_OFFERS,
            DELETE,
            INSERT,
            REFRESH,
            MOVE,
            MOVE_OFFERS,
            OFFER,
            ENDING,
            KIND_OFFER,
            KIND_TAG,
            DELETE_KIND_OFFERS,
            DELETE_KIND_TAGS);

    private final Writer sql;
    private final Tally tally;
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Said> said = new LinkedHashMap<>();
    private final Set<String> kinds = new HashSet<>();
    private final Map<String, List<@Nullable Object[]>> batches = new HashMap<>();

    /** What the table has of an agent, as far as a change must know it. */
    private record Known(String agentId, String capabilities, String tags, long offset, Place place) {}

    /** What decides where an agent is found, apart from the figures of each capability. */
    private record Place(String status, double trust, double price, double latency, String kind) {}

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
                                        row.getDouble("latency_order"),
                                        row.getString("kind"))))
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
                add(DELETE_OFFERS, agentId);
                add(DELETE, agentId);
                dropIfEmpty(before.place.kind);
            }
            return;
        }
        String capabilities = Json.MAPPER.writeValueAsString(state.capabilities());
        String tags = Json.MAPPER.writeValueAsString(state.tags());
        boolean offersSame = before != null && before.capabilities.equals(capabilities);
        boolean tagsSame = before != null && before.tags.equals(tags);
        String kind = before != null && offersSame && tagsSame ? before.place.kind : kind(state);
        Place place = place(state, kind);
        @Nullable Object[] plain = plain(state, capabilities, tags, last.offset);
        if (before == null) {
            add(INSERT, concat(plain, agentId, place.status, place.trust, place.price, place.latency, place.kind));
        } else {
            add(REFRESH, concat(plain, agentId));
            if (!before.place.equals(place)) {
                add(MOVE, place.status, place.trust, place.price, place.latency, place.kind, agentId);
            }
        }
        if (before != null && offersSame && tagsSame && before.place.status.equals(place.status)) {
            return;
        }
        if (before != null) {
            leave(before);
        }
        count(place, state.capabilities(), 1);
        if (!offersSame) {
            replaceOffers(before != null, agentId, place.status, state.capabilities());
        } else {
            add(MOVE_OFFERS, place.status, agentId);
        }
        if (before == null || !before.place.kind.equals(kind)) {
            keepKind(kind, state);
            if (before != null) {
                dropIfEmpty(before.place.kind);
            }
        }
    }

    private void leave(Known before) {
        count(before.place, CAPABILITIES.<List<Capability>>readValue(before.capabilities), -1);
    }

    private void count(Place place, List<Capability> capabilities, int n) {
        tally.add("agents", "", place.status, n);
        tally.add("kinds", place.kind, place.status, n);
        for (Capability capability : distinct(capabilities)) {
            tally.add("agents", capability.name(), place.status, n);
            tally.add("slots", capability.name(), place.status, (long) n * capability.maxConcurrency());
        }
    }

    private void keepKind(String kind, AgentState state) {
        if (!kinds.add(kind)) {
            return;
        }
        for (Capability capability : state.capabilities()) {
            String name = capability.name();
            add(KIND_OFFER, kind, name);
            String lower = name.toLowerCase(Locale.ROOT);
            for (int from = 0; from < lower.length(); from++) {
                add(ENDING, lower.substring(from), name);
            }
        }
        // A search cannot ask for a longer one, nor every database hold it in an index.
        state.tags().stream().filter(tag -> tag.length() <= MAX_SEARCHED_TAG).forEach(tag -> add(KIND_TAG, kind, tag));
    }

    private void dropIfEmpty(String kind) {
        add(DELETE_KIND_OFFERS, kind, kind);
        add(DELETE_KIND_TAGS, kind, kind);
    }

    /** Stands for the names of an agent's capabilities and its tags: 64 bits of their SHA-256, in hexadecimal digits. */
    private static String kind(AgentState state) {
        Object said = List.of(
                state.capabilities().stream()
                        .map(Capability::name)
                        .distinct()
                        .sorted()
                        .toList(),
                state.tags().stream().distinct().sorted().toList());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.MAPPER.writeValueAsBytes(said));
            return HexFormat.of().formatHex(digest, 0, Long.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
        }
    }

    private static Place place(AgentState state, String kind) {
        return new Place(
                state.status().name(),
                state.trustScore(),
                best(state.capabilities().stream().map(Capability::price)),
                best(state.capabilities().stream().map(Capability::latencyP99Ms)),
                kind);
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
        kinds.clear();
        batches.clear();
    }
}
