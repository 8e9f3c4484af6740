package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ains.registry.Registry.Response;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Search, trust and figures, over one fleet. */
class FleetRoutesTest extends RoutesTest {

    @BeforeAll
    void registerFleet() {
        register(
                "dear", "[\"gpu\", \"eu\"]", "{\"name\": \"Summarize:v2\", \"price\": 3, \"latency_p99_ms\": 10}", 0.3);
        register("cheap", "[\"eu\"]", "{\"name\": \"summarize\", \"price\": 1, \"latency_p99_ms\": 90}", 0.1);
        register(
                "free",
                "[]",
                "{\"name\": \"summarize\"}, {\"name\": \"translate\", \"price\": 0.5, \"max_concurrency\": 4}",
                -0.2);
        register("idle", "[\"us\"]", "{\"name\": \"translate\", \"price\": 2}", 0);
        leave("idle");
    }

    private void register(String id, String tags, String capabilities, double trust) {
        Response registered = registry.post("/ains/agents", """
                {"agent_id": "%s", "public_key": "ab01", "display_name": "Agent %s", "endpoint": "http://a:1",
                 "signature": "ff00", "tags": %s, "capabilities": [%s]}""".formatted(id, id, tags, capabilities));
        assertThat(registered.status()).as(registered.text()).isEqualTo(200);
        if (trust != 0) {
            assertThat(adjust(id, trust, "to begin with").status()).isEqualTo(200);
        }
    }

    private Response adjust(String id, double delta, String reason) {
        return registry.post(
                "/ains/agents/" + id + "/trust/adjust",
                "{\"trust_delta\": %s, \"reason\": \"%s\"}".formatted(delta, reason));
    }

    private List<String> found(String query) {
        Response results = registry.get("/ains/search?" + query);
        assertThat(results.status()).as(results.text()).isEqualTo(200);
        return results.body().at("/results").findValuesAsString("agent_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capability=SUMMAR | dear,cheap,free | 3",
                "capability=marize:V | dear | 1",
                "capability=translate&limit=1&offset=1 | free | 2",
                "tags=gpu,us | dear,idle | 2",
                "tags=eu&min_trust=0.7 | dear | 1",
                "status=INACTIVE | idle | 1",
                "status=INACTIVE&capability=sum | '' | 0",
                "min_trust=0.55 | dear,cheap | 2",
                "capability=summarize&sort_by=price | cheap,dear,free | 3",
                "capability=summarize&sort_by=latency | dear,cheap,free | 3",
                "capability=translate&sort_by=price | free,idle | 2",
                "sort_by=price | free,cheap,idle,dear | 4",
                "sort_by=price&status=AVAILABLE&tags=eu | cheap,dear | 2",
                "capability=no-such | '' | 0",
                "capability=%C3%A4 | '' | 0",
            })
    void shouldFindAgents(String query, String expected, int total) {
        assertThat(String.join(",", found(query))).isEqualTo(expected);
        assertThat(registry.get("/ains/search?" + query).body().at("/total").asInt())
                .isEqualTo(total);
    }

    @Test
    void shouldTellOfWhatItFinds() {
        Response results = registry.get("/ains/search?capability=translate&sort_by=price&limit=1");

        assertThat(results.body().at("/limit").asInt()).isEqualTo(1);
        assertThat(results.body().at("/offset").asInt()).isZero();
        assertThat(results.at("/results/0/agent_id")).isEqualTo("free");
        assertThat(results.at("/results/0/display_name")).isEqualTo("Agent free");
        assertThat(results.body().at("/results/0/trust_score").asDouble()).isEqualTo(0.3, within(1e-9));
        assertThat(results.at("/results/0/status")).isEqualTo("AVAILABLE");
        assertThat(results.body().at("/results/0/capabilities").toString()).isEqualTo("[\"summarize\",\"translate\"]");
        assertThat(results.body().at("/results/0/tags").isArray()).isTrue();
        assertThat(results.body().at("/results/0/price").asDouble()).isEqualTo(0.5);
        assertThat(results.body().at("/results/0/latency_p99_ms").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/ains/search?limit=0, limit",
        "/ains/search?limit=101, limit",
        "/ains/search?offset=-1, offset",
        "/ains/search?min_trust=1.1, min_trust",
        "/ains/search?min_trust=-0.1, min_trust",
        "/ains/search?min_trust=NaN, min_trust",
        "/ains/search?sort_by=luck, sort_by",
        "/ains/search?status=LOST, status",
        "/ains/search?capability=, capability",
        "/ains/agents/leaderboard?limit=101, limit",
        "/ains/agents/leaderboard?min_tasks=-1, min_tasks",
        "/ains/agents/dear/trust/history?limit=0, limit",
        "/ains/capabilities?limit=101, limit",
        "/ains/capabilities?name=a+b, name",
    })
    void shouldRefuseWhatIsOutOfBounds(String path, String field) {
        Response refused = registry.get(path);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
        assertThat(refused.at("/errors/0/message")).isNotEmpty();
    }

    @Test
    void shouldRankAgentsByTrust() {
        Response board = registry.get("/ains/agents/leaderboard?limit=2");

        assertThat(board.body().at("/leaderboard").findValuesAsString("agent_id"))
                .containsExactly("dear", "cheap");
        assertThat(board.at("/leaderboard/0/display_name")).isEqualTo("Agent dear");
        assertThat(board.body().at("/leaderboard/0/trust_score").asDouble()).isEqualTo(0.8, within(1e-9));
        assertThat(board.body().at("/leaderboard/0/total_tasks_completed").asInt())
                .isZero();
        assertThat(board.body().at("/leaderboard/0/total_tasks_failed").asInt()).isZero();
        assertThat(board.body().at("/leaderboard/0/success_rate").asDouble()).isZero();
        assertThat(registry.get("/ains/agents/leaderboard?min_tasks=1")
                        .body()
                        .at("/leaderboard")
                        .size())
                .isZero();
    }

    @Test
    void shouldTellHowFarAnAgentIsTrusted() {
        Response trust = registry.get("/ains/agents/dear/trust");

        assertThat(trust.at("/agent_id")).isEqualTo("dear");
        assertThat(trust.body().at("/trust_score").asDouble()).isEqualTo(0.8, within(1e-9));
        assertThat(trust.at("/trust_level")).isEqualTo("high");
        assertThat(trust.body().at("/total_tasks_completed").asInt()).isZero();
        assertThat(trust.body().at("/total_tasks_failed").asInt()).isZero();
        assertThat(trust.body().at("/success_rate").asDouble()).isZero();
        assertThat(trust.body().at("/avg_completion_time_seconds").isNull()).isTrue();
        assertThat(trust.body().at("/last_task_completed_at").isNull()).isTrue();
        assertThat(registry.get("/ains/agents/cheap/trust").at("/trust_level")).isEqualTo("medium");
        assertThat(registry.get("/ains/agents/free/trust").at("/trust_level")).isEqualTo("low");
        assertThat(registry.get("/ains/agents/nobody/trust").status()).isEqualTo(404);
    }

    @Test
    void shouldAdjustTrustWithinItsBoundsAndRememberWhy() {
        register("judged", "[]", "", 0);

        Response raised = adjust("judged", 0.9, "did well");
        Response lowered = adjust("judged", -0.25, "did not");

        assertThat(raised.body().at("/new_trust_score").asDouble()).isEqualTo(1);
        assertThat(raised.body().at("/trust_delta").asDouble()).isEqualTo(0.5);
        assertThat(raised.at("/record_id")).isNotEmpty();
        assertThat(lowered.body().at("/new_trust_score").asDouble()).isEqualTo(0.75);
        assertThat(registry.get("/ains/agents/judged").body().at("/trust_score").asDouble())
                .isEqualTo(0.75);
        Response history = registry.get("/ains/agents/judged/trust/history?limit=1");
        assertThat(history.body().at("/total").asInt()).isEqualTo(2);
        assertThat(history.body().at("/history").size()).isEqualTo(1);
        assertThat(history.at("/history/0/record_id")).isEqualTo(lowered.at("/record_id"));
        assertThat(history.at("/history/0/event_type")).isEqualTo("ADJUSTED");
        assertThat(history.body().at("/history/0/trust_delta").asDouble()).isEqualTo(-0.25);
        assertThat(history.body().at("/history/0/before").asDouble()).isEqualTo(1);
        assertThat(history.body().at("/history/0/after").asDouble()).isEqualTo(0.75);
        assertThat(history.at("/history/0/reason")).isEqualTo("did not");
        assertThat(history.body().at("/history/0/task_id").isNull()).isTrue();
        assertThat(history.at("/history/0/created_at")).endsWith("Z");
        registry.delete("/ains/agents/judged");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"trust_delta\": 1.1, \"reason\": \"r\"} | trust_delta",
                "{\"trust_delta\": -1.1, \"reason\": \"r\"} | trust_delta",
                "{\"trust_delta\": 1e999, \"reason\": \"r\"} | trust_delta",
                "{\"reason\": \"r\"} | trust_delta",
                "{\"trust_delta\": 0.1} | reason",
                "{\"trust_delta\": 0.1, \"reason\": \" \"} | reason",
            })
    void shouldRefuseAnAdjustmentOutOfBounds(String body, String field) {
        Response refused = registry.post("/ains/agents/dear/trust/adjust", body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldNotKnowTheTrustOfNobody() {
        assertThat(adjust("nobody", 0.1, "r").status()).isEqualTo(404);
        assertThat(registry.get("/ains/agents/nobody/trust/history").status()).isEqualTo(404);
    }

    @Test
    void shouldTellWhatIsOfferedAndWhatIsLeftOfIt() {
        register("first", "[]", "{\"name\": \"offered\", \"max_concurrency\": 3}", 0);
        register("second", "[]", "{\"name\": \"offered\", \"max_concurrency\": 2}", 0);
        for (int i = 0; i < 6; i++) {
            assertThat(registry.post("/aitp/tasks", """
                            {"client_id": "c", "task_type": "t", "capability_required": "offered", "input_data": {}}""").status()).isEqualTo(200);
        }
        registry.post(
                "/ains/agents/second/heartbeat", "{\"timestamp\": 1, \"status\": \"DEGRADED\", \"uptime_ms\": 5}");
        Awaitility.await()
                .until(() -> registry.get("/ains/agents/second").at("/status").equals("BUSY"));

        Response offered = registry.get("/ains/capabilities?name=offered");

        assertThat(offered.body().at("/total").asInt()).isEqualTo(1);
        assertThat(offered.at("/capabilities/0/name")).isEqualTo("offered");
        assertThat(offered.body().at("/capabilities/0/agents").toString()).isEqualTo("{\"AVAILABLE\":1,\"BUSY\":1}");
        assertThat(offered.body().at("/capabilities/0/queued").asInt()).isEqualTo(1);
        assertThat(offered.body().at("/capabilities/0/active").asInt()).isEqualTo(5);
        assertThat(offered.body().at("/capabilities/0/free_slots").asInt()).isZero();
        assertThat(registry.get("/ains/capabilities?name=unheard-of")
                        .body()
                        .at("/total")
                        .asInt())
                .isZero();
        Response all = registry.get("/ains/capabilities");
        assertThat(all.body().at("/capabilities").findValuesAsString("name"))
                .contains("Summarize:v2", "offered", "summarize", "translate")
                .isSorted();
        assertThat(registry.get("/ains/capabilities?limit=1&offset=1")
                        .body()
                        .at("/capabilities")
                        .size())
                .isEqualTo(1);
        registry.delete("/ains/agents/first");
        registry.delete("/ains/agents/second");
    }

    @Test
    void shouldGiveTheFiguresOfTheInstallation() {
        register("figures", "[]", "{\"name\": \"figures-cap\"}", 0);
        Response before = registry.get("/ains/stats");
        String task = registry.post("/aitp/tasks", """
                {"client_id": "c", "task_type": "t", "capability_required": "figures-cap", "input_data": {}}""").at("/task_id");
        awaitAssigned(task);
        registry.put("/aitp/tasks/" + task + "/status?agent_id=figures", "{\"status\": \"COMPLETED\"}");

        Response stats = registry.get("/ains/stats");

        for (String figure : List.of("/tasks/total", "/tasks/completed", "/tasks/throughput_last_hour")) {
            assertThat(stats.body().at(figure).asInt())
                    .as(figure)
                    .isGreaterThan(before.body().at(figure).asInt());
        }
        assertThat(stats.body().at("/tasks/avg_completion_time_seconds").isNumber())
                .isTrue();
        assertThat(stats.body().at("/tasks/pending").isNumber()).isTrue();
        assertThat(stats.body().at("/tasks/active").isNumber()).isTrue();
        assertThat(stats.body().at("/agents/total").asInt()).isGreaterThanOrEqualTo(5);
        assertThat(stats.body().at("/agents/active").asInt())
                .isLessThan(stats.body().at("/agents/total").asInt());
        assertThat(stats.body().at("/capabilities/total").asInt()).isGreaterThanOrEqualTo(4);
        assertThat(stats.at("/timestamp")).endsWith("Z");
        registry.delete("/ains/agents/figures");
    }
}
