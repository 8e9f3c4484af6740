package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.Registry.Response;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRoutesTest extends RoutesTest {
    private static String registration(String id, String more) {
        return """
                {"agent_id": "%s", "public_key": "ab01", "display_name": "Agent %s", "endpoint": "http://a:1",
                 "signature": "ff00"%s}""".formatted(id, id, more);
    }

    private void register(String id) {
        assertThat(registry.post("/ains/agents", registration(id, "")).status()).isEqualTo(200);
    }

    @Test
    void shouldRegisterAnAgentAndShowItAtOnce() {
        Response registered = registry.post(
                "/ains/agents",
                registration("r-1", ", \"tags\": [\"x\", \"y\"], \"description\": \"d\", \"unknown_field\": 1"));

        assertThat(registered.status()).as(registered.text()).isEqualTo(200);
        assertThat(registered.at("/agent_id")).isEqualTo("r-1");
        assertThat(registered.at("/public_key")).isEqualTo("ab01");
        assertThat(registered.at("/display_name")).isEqualTo("Agent r-1");
        assertThat(registered.at("/endpoint")).isEqualTo("http://a:1");
        assertThat(registered.body().at("/trust_score").asDouble()).isEqualTo(0.5);
        assertThat(registered.body().at("/tags").toString()).isEqualTo("[\"x\",\"y\"]");
        assertThat(registered.at("/status")).isEqualTo("AVAILABLE");
        assertThat(registered.at("/created_at")).endsWith("Z");
        assertThat(Instant.parse(registered.at("/created_at")))
                .isAfter(Instant.now().minusSeconds(60));

        Response found = registry.get("/ains/agents/r-1");
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.at("/session_id"))
                .isEqualTo(registered.at("/session_id"))
                .isNotEmpty();
        assertThat(found.at("/delivery")).isEqualTo("poll");
        assertThat(found.body().at("/availability_1m").asDouble()).isEqualTo(1);
        assertThat(found.body().at("/availability_60m").asDouble()).isEqualTo(1);
        assertThat(found.body().at("/resting").isArray()).isTrue();
        assertThat(found.body().has("heartbeat_rate")).isTrue();
        assertThat(found.body().at("/active_tasks").asInt()).isZero();
        assertThat(found.body().has("last_heartbeat"))
                .as("null fields are told")
                .isTrue();
    }

    @Test
    void shouldGiveAnAgentThatRegistersAgainANewSession() {
        String first = registry.post("/ains/agents", registration("again", "")).at("/session_id");

        String second = registry.post("/ains/agents", registration("again", "")).at("/session_id");

        assertThat(second).isNotEqualTo(first);
        assertThat(registry.get("/ains/agents/again").at("/session_id")).isEqualTo(second);
    }

    @Test
    void shouldRefuseAnIdThatBelongsToAnotherKey() {
        register("taken");

        Response refused =
                registry.post("/ains/agents", registration("taken", "").replace("ab01", "cd02"));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.at("/code")).isEqualTo("IDENTITY_TAKEN");
    }

    @ParameterizedTest
    @CsvSource({"ab01, xyz", "ab01, abc", "ff00, not hex"})
    void shouldRefuseAKeyOrSignatureThatIsNotHex(String right, String wrong) {
        Response refused = registry.post("/ains/agents", registration("hex", "").replace(right, wrong));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/detail")).contains("hex");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent_id", "public_key", "display_name", "endpoint", "signature"})
    void shouldNameTheFieldThatIsMissing(String field) {
        Response refused =
                registry.post("/ains/agents", registration("missing", "").replace("\"" + field + "\"", "\"other\""));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
        assertThat(refused.at("/errors/0/message")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"agent_id\": \"a b\" | agent_id",
                "\"tags\": 5 | tags",
                "\"tags\": [\"\"] | tags[0]",
                "\"heartbeat_interval_ms\": 499 | heartbeat_interval_ms",
                "\"heartbeat_interval_ms\": 300001 | heartbeat_interval_ms",
                "\"heartbeat_interval_ms\": 1.5 | heartbeat_interval_ms",
                "\"capabilities\": [{\"name\": \"a/b\"}] | capabilities[0].name",
                "\"capabilities\": [{\"name\": \"a\", \"max_concurrency\": 0}] | capabilities[0].max_concurrency",
                "\"capabilities\": [{\"name\": \"a\", \"price\": -1}] | capabilities[0].price",
                "\"capabilities\": [{\"name\": \"a\", \"latency_p99_ms\": -1}] | capabilities[0].latency_p99_ms",
            })
    void shouldNameTheFieldThatIsOutOfBounds(String field, String name) {
        Response refused = registry.post("/ains/agents", registration("bounds", ", " + field));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(name);
    }

    @Test
    void shouldListAgentsByStatusAndCapability() {
        for (String id : new String[] {"list-1", "list-2", "list-3"}) {
            registry.post("/ains/agents", registration(id, ", \"capabilities\": [{\"name\": \"listing\"}]"));
        }
        registry.post(
                "/ains/agents/list-2/heartbeat", "{\"timestamp\": 1, \"status\": \"DEGRADED\", \"uptime_ms\": 5}");
        Awaitility.await()
                .until(() -> registry.get("/ains/agents/list-2").at("/status").equals("BUSY"));

        Response page = registry.get("/ains/agents?capability=listing&limit=2&offset=1");
        assertThat(page.body().at("/total").asInt()).isEqualTo(3);
        assertThat(page.body().at("/limit").asInt()).isEqualTo(2);
        assertThat(page.body().at("/offset").asInt()).isEqualTo(1);
        assertThat(page.body().at("/agents").size()).isEqualTo(2);
        assertThat(page.at("/agents/0/agent_id")).isEqualTo("list-2");
        assertThat(page.at("/agents/0/last_heartbeat")).endsWith("Z");
        assertThat(page.body().at("/agents/0/capabilities").toString()).isEqualTo("[\"listing\"]");

        Response busy = registry.get("/ains/agents?status=BUSY&capability=listing");
        assertThat(busy.body().at("/total").asInt()).isEqualTo(1);
        assertThat(registry.get("/ains/agents?capability=nobody-has-it")
                        .body()
                        .at("/agents")
                        .size())
                .isZero();
        assertThat(registry.get("/ains/agents?status=BUSY").at("/agents/0/agent_id"))
                .isEqualTo("list-2");
    }

    @ParameterizedTest
    @CsvSource({"limit=0, limit", "limit=101, limit", "limit=x, limit", "offset=-1, offset", "status=LOST, status"})
    void shouldRefuseAListOutOfBounds(String query, String field) {
        Response refused = registry.get("/ains/agents?" + query);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldForgetADeregisteredAgent() {
        register("leaving");

        Response gone = registry.delete("/ains/agents/leaving");

        assertThat(gone.status()).isEqualTo(200);
        assertThat(gone.at("/status")).isEqualTo("deregistered");
        assertThat(registry.get("/ains/agents/leaving").status()).isEqualTo(404);
        assertThat(registry.delete("/ains/agents/leaving").status()).isEqualTo(404);
    }

    @Test
    void shouldPublishReplaceListAndRemoveACapability() {
        register("capable");

        Response published = registry.post(
                "/ains/agents/capable/capabilities",
                "{\"name\": \"sum:v1\", \"price\": 0.5, \"latency_p99_ms\": 20, \"input_schema\": {\"type\": \"object\"}}");
        assertThat(published.status()).as(published.text()).isEqualTo(200);
        assertThat(published.at("/capability_id")).isEqualTo("capable:sum:v1");
        assertThat(published.at("/status")).isEqualTo("published");

        registry.post("/ains/agents/capable/capabilities", "{\"name\": \"sum:v1\", \"max_concurrency\": 3}");
        Response list = registry.get("/ains/agents/capable/capabilities");
        assertThat(list.body().at("/capabilities").size()).isEqualTo(1);
        assertThat(list.body().at("/capabilities/0/max_concurrency").asInt()).isEqualTo(3);
        assertThat(list.body().at("/capabilities/0").has("price")).isTrue();
        assertThat(list.body().at("/capabilities/0/deprecated").asBoolean()).isFalse();

        assertThat(registry.delete("/ains/agents/capable/capabilities/sum:v1").status())
                .isEqualTo(200);
        assertThat(registry.get("/ains/agents/capable/capabilities")
                        .body()
                        .at("/capabilities")
                        .size())
                .isZero();
        assertThat(registry.delete("/ains/agents/capable/capabilities/sum:v1").status())
                .isEqualTo(404);
    }

    @Test
    void shouldNotKnowTheCapabilitiesOfNobody() {
        assertThat(registry.get("/ains/agents/nobody/capabilities").status()).isEqualTo(404);
        assertThat(registry.post("/ains/agents/nobody/capabilities", "{\"name\": \"x\"}")
                        .status())
                .isEqualTo(404);
        assertThat(registry.delete("/ains/agents/nobody/capabilities/x").status())
                .isEqualTo(404);
        assertThat(registry.get("/ains/agents/nobody").status()).isEqualTo(404);
        assertThat(registry.post("/ains/agents/n%20n/capabilities", "{\"name\": \"x\"}")
                        .at("/errors/0/field"))
                .isEqualTo("agent_id");
    }

    @ParameterizedTest
    @CsvSource({"ACTIVE, AVAILABLE", "DEGRADED, BUSY", "OFFLINE, INACTIVE"})
    void shouldAcknowledgeAHeartbeat(String health, String status) {
        registry.post("/ains/agents", registration("beats-" + health, ", \"heartbeat_interval_ms\": 2500"));

        Response answer = registry.post(
                "/ains/agents/beats-" + health + "/heartbeat",
                "{\"timestamp\": 1, \"status\": \"%s\", \"uptime_ms\": 5, \"metrics\": {\"cpu\": 0.5}}"
                        .formatted(health));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().at("/acknowledged").asBoolean()).isTrue();
        assertThat(answer.body().at("/next_heartbeat_in").asDouble()).isEqualTo(2.5);
        assertThat(answer.at("/agent_health_status")).isEqualTo(health);
        assertThat(answer.at("/agent_status")).isEqualTo(status);
        assertThat(Duration.between(Instant.parse(answer.at("/last_heartbeat")), Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void shouldRefuseAHeartbeatOfNobodyOrOutOfBounds() {
        register("beating");
        String path = "/ains/agents/beating/heartbeat";
        String valid = "{\"timestamp\": 1, \"status\": \"ACTIVE\", \"uptime_ms\": 5}";

        assertThat(registry.post("/ains/agents/nobody/heartbeat", valid).status())
                .isEqualTo(404);
        assertThat(registry.post(path, valid.replace("ACTIVE", "DANCING")).at("/errors/0/field"))
                .isEqualTo("status");
        assertThat(registry.post(path, valid.replace("5", "-5")).at("/errors/0/field"))
                .isEqualTo("uptime_ms");
        assertThat(registry.post(path, valid.replace("\"status\"", "\"s\"")).status())
                .isEqualTo(422);
        String tooMuch = valid.replace("5}", "5, \"metrics\": {\"m\": \"" + "x".repeat(4_096) + "\"}}");
        assertThat(registry.post(path, tooMuch).at("/errors/0/field")).isEqualTo("metrics");
    }

    @Test
    void shouldAnswerAsSoonAsKafkaHasTheCommandWhenAskedTo() {
        Response accepted = registry.post("/ains/agents", registration("async", ""), "Prefer", "respond-async");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(accepted.at("/request_id")).isNotEmpty();
        Awaitility.await().until(() -> registry.get("/ains/agents/async").status() == 200);
    }
}
