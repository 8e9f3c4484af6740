package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.StatusReason;
import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.testkit.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Searches of a fleet that changes, against the same search of the states as they were sent. */
class SearchRoutesTest {
    private static final int ROUNDS = 4;
    private static final int CHANGES = 3_000;
    private static final int AGENTS = 2_000;
    private static final int SEARCHES = 100;
    private static final List<String> NAMES = List.of("Summarize", "summarize:v2", "translate", "late");
    private static final List<String> PARTS = List.of("SUM", "late", "e:V", "translate", "a", "none");
    private static final List<String> TAGS = List.of("gpu", "eu", "us");
    private static final List<String> ORDERS = List.of("trust_score", "price", "latency");

    private final String prefix = TestBroker.uniquePrefix();
    private final Topics topics = new Topics(prefix);
    private final JsonSerde<AgentState> states = JsonSerde.of(AgentState.class);
    private final Map<String, AgentState> fleet = new TreeMap<>();

    private static <T> List<T> some(Random random, List<T> all) {
        return all.stream().filter(each -> random.nextInt(3) == 0).toList();
    }

    private static Capability capability(Random random, String name) {
        Double price = random.nextBoolean() ? null : (double) random.nextInt(5);
        Double latency = random.nextBoolean() ? null : (double) random.nextInt(5);
        return new Capability(name, 1, null, null, null, null, null, price, null, latency, null, null, false);
    }

    private static AgentState state(Random random, String id, String name) {
        AgentStatus[] statuses = AgentStatus.values();
        return new AgentState(
                id,
                "s",
                statuses[random.nextInt(statuses.length)],
                StatusReason.HEARTBEAT,
                1,
                List.of(),
                name,
                null,
                "http://a",
                "ab",
                some(random, TAGS),
                DeliveryMode.POLL,
                5_000,
                some(random, NAMES).stream()
                        .map(each -> capability(random, each))
                        .toList(),
                1,
                1L,
                5L,
                null,
                null,
                null,
                random.nextInt(11) / 10.0,
                0,
                0,
                null,
                null,
                1,
                1,
                1);
    }

    private record Search(
            @Nullable String part,
            List<String> tags,
            double minTrust,
            @Nullable AgentStatus status,
            String order,
            int offset) {
        static Search any(Random random) {
            return new Search(
                    random.nextInt(3) == 0 ? null : PARTS.get(random.nextInt(PARTS.size())),
                    random.nextBoolean() ? List.of() : some(random, TAGS),
                    random.nextBoolean() ? 0 : random.nextInt(11) / 10.0,
                    random.nextBoolean() ? null : AgentStatus.values()[random.nextInt(AgentStatus.values().length)],
                    ORDERS.get(random.nextInt(ORDERS.size())),
                    random.nextInt(4));
        }

        String path() {
            return "/ains/search?limit=5&offset=" + offset + "&sort_by=" + order + "&min_trust=" + minTrust
                    + (part == null ? "" : "&capability=" + part)
                    + (tags.isEmpty() ? "" : "&tags=" + String.join(",", tags))
                    + (status == null ? "" : "&status=" + status);
        }

        private boolean offers(Capability capability) {
            return part == null || capability.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
        }

        boolean finds(AgentState agent) {
            return (part == null || agent.capabilities().stream().anyMatch(this::offers))
                    && (tags.isEmpty() || agent.tags().stream().anyMatch(tags::contains))
                    && agent.trustScore() >= minTrust
                    && (status == null || agent.status() == status);
        }

        /** Lowest first. */
        double place(AgentState agent) {
            if (order.equals("trust_score")) {
                return -agent.trustScore();
            }
            OptionalDouble best = agent.capabilities().stream()
                    .filter(this::offers)
                    .map(each -> order.equals("price") ? each.price() : each.latencyP99Ms())
                    .filter(each -> each != null)
                    .mapToDouble(Double::doubleValue)
                    .min();
            return best.orElse(Double.MAX_VALUE);
        }
    }

    /** It sends what a round changes together, so that it comes as one batch. */
    private static KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "linger.ms", 1_000, "batch.size", 1 << 20),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private void change(Random random, KafkaProducer<String, byte[]> producer, int round) {
        for (int i = 0; i < CHANGES; i++) {
            String id = "agent-" + random.nextInt(AGENTS);
            if (random.nextInt(5) == 0) {
                fleet.remove(id);
                producer.send(new ProducerRecord<>(topics.agentStates(), id, null));
            } else {
                AgentState state = state(random, id, "State " + round + "." + i);
                fleet.put(id, state);
                producer.send(new ProducerRecord<>(topics.agentStates(), id, states.serialize(null, state)));
            }
        }
        producer.flush();
    }

    /** The name of each agent that the registry knows, which tells its states apart. */
    private static Map<String, String> known(Registry registry) {
        Map<String, String> known = new TreeMap<>();
        for (int offset = 0; offset < AGENTS; offset += 100) {
            JsonNode page =
                    registry.get("/ains/agents?limit=100&offset=" + offset).body();
            for (JsonNode agent : page.at("/agents")) {
                known.put(
                        agent.at("/agent_id").asString(),
                        agent.at("/display_name").asString());
            }
        }
        return known;
    }

    @Test
    void shouldFindWhatTheStatesSay(@TempDir Path folder) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TestDatabase database = TestDatabase.in(folder);
        try (Registry registry = new Registry(TestBroker.bootstrapServers(), prefix, database).awaitReady();
                var producer = producer()) {
            for (int round = 0; round < ROUNDS; round++) {
                change(random, producer, round);
                Map<String, String> expected = new TreeMap<>();
                fleet.forEach((id, state) -> expected.put(id, state.displayName()));
                Awaitility.await()
                        .untilAsserted(() -> assertThat(known(registry)).isEqualTo(expected));
                IntStream.range(0, SEARCHES)
                        .mapToObj(i -> Search.any(random))
                        .forEach(search -> check(registry, search, "seed " + seed));
            }
            fleet.keySet().forEach(id -> producer.send(new ProducerRecord<>(topics.agentStates(), id, null)));
            producer.flush();
            Awaitility.await().until(() -> known(registry).isEmpty());
            for (String table : List.of("agent_capability", "kind_capability", "kind_tag", "tally")) {
                assertThat(database.number("SELECT count(*) FROM " + table))
                        .as(table)
                        .isZero();
            }
        }
    }

    private void check(Registry registry, Search search, String hint) {
        List<AgentState> matching =
                new ArrayList<>(fleet.values().stream().filter(search::finds).toList());
        matching.sort(Comparator.comparingDouble(search::place).thenComparing(AgentState::agentId));
        Response found = registry.get(search.path());

        assertThat(found.body().at("/results").findValuesAsString("agent_id"))
                .as("%s, %s", search.path(), hint)
                .isEqualTo(matching.stream()
                        .skip(search.offset)
                        .limit(5)
                        .map(AgentState::agentId)
                        .toList());
        assertThat(found.body().at("/total").asInt())
                .as("%s, %s", search.path(), hint)
                .isEqualTo(matching.size());
    }
}
