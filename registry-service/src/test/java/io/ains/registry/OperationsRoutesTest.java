package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.Registry.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsRoutesTest extends RoutesTest {

    OperationsRoutesTest() {
        super("--ains.registry.answer-timeout=1s", "--ains.registry.max-waiting=2");
    }

    private Response trySubmit(String capability, int priority) {
        return registry.post("/aitp/tasks", """
                {"client_id": "c", "task_type": "t", "capability_required": "%s", "input_data": {}, "priority": %d}""".formatted(capability, priority));
    }

    @Test
    void shouldBeHealthyAndServeProbesAndMetrics() {
        Response health = registry.get("/health");

        assertThat(health.status()).as(health.text()).isEqualTo(200);
        assertThat(health.at("/status")).isEqualTo("healthy");
        assertThat(health.at("/service")).isEqualTo("DukeNet-AINS");
        assertThat(health.at("/version")).isNotEmpty();
        assertThat(registry.get("/livez").status()).isEqualTo(200);
        assertThat(registry.get("/readyz").status()).isEqualTo(200);
        assertThat(registry.get("/metrics").text())
                .contains("ains_registry_projection_live 1.0")
                .contains("ains_registry_projection_lag_records");
    }

    @Test
    void shouldCountWhatWaitsAndWhatIsWorkedOn() {
        register("stats", "stats-cap", 1);
        String held = trySubmit("stats-cap", 10).at("/task_id");
        awaitAssigned(held);
        for (int priority : new int[] {9, 6, 6, 1}) {
            assertThat(trySubmit("stats-cap", priority).status()).isEqualTo(200);
        }

        Response stats = registry.get("/aitp/queue/stats?capability=stats-cap");

        assertThat(stats.status()).isEqualTo(200);
        assertThat(stats.body().at("/queue/by_priority").toString()).isEqualTo("{\"1\":1,\"6\":2,\"9\":1}");
        assertThat(stats.body().at("/queue/total_pending").asInt()).isEqualTo(4);
        assertThat(stats.body().at("/queue/high_priority").asInt()).isEqualTo(1);
        assertThat(stats.body().at("/queue/medium_priority").asInt()).isEqualTo(2);
        assertThat(stats.body().at("/queue/low_priority").asInt()).isEqualTo(1);
        assertThat(stats.body().at("/queue/oldest_pending_seconds").asDouble()).isBetween(0.0, 60.0);
        assertThat(stats.at("/workload/agents/0/agent_id")).isEqualTo("stats");
        assertThat(stats.body().at("/workload/agents/0/active_tasks").asInt()).isEqualTo(1);
        assertThat(stats.body().at("/workload/total_active").asInt()).isEqualTo(1);
        assertThat(stats.at("/timestamp")).endsWith("Z");
        assertThat(registry.get("/aitp/queue/stats?capability=none")
                        .body()
                        .at("/queue/total_pending")
                        .asInt())
                .isZero();
        assertThat(registry.get("/aitp/queue/stats")
                        .body()
                        .at("/queue/total_pending")
                        .asInt())
                .isGreaterThanOrEqualTo(4);

        Response health = registry.get("/health/aitp");
        assertThat(health.at("/service")).isEqualTo("AITP");
        assertThat(health.body().at("/metrics/queue_depth").asInt()).isGreaterThanOrEqualTo(4);
        assertThat(health.body().at("/metrics/assigned_tasks").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(health.body().at("/metrics/failure_rate_percent").asDouble()).isZero();
    }

    @Test
    void shouldSayThatTheControlPlaneDoesNotAnswerUntilItDoes() {
        register("lasting", "lasting-cap", 1);
        controlPlane.mute(true);
        try {
            Response unanswered = trySubmit("lasting-cap", 5);

            assertThat(unanswered.status()).isEqualTo(503);
            assertThat(unanswered.header("Retry-After")).isNotEmpty();
            assertThat(unanswered.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(unanswered.at("/detail")).contains("may still take effect");
            Response health = registry.get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.at("/status")).isEqualTo("degraded");
            assertThat(health.at("/reason")).contains("task-dispatcher");
        } finally {
            controlPlane.mute(false);
        }

        assertThat(trySubmit("lasting-cap", 5).status()).isEqualTo(200);
        assertThat(registry.get("/health").status()).isEqualTo(200);
    }

    @Test
    void shouldTurnAwayWhatExceedsTheLimitOfWaitingAgents() {
        register("crowd", "crowd-cap", 1);
        var first = registry.request("GET", "/ains/agents/crowd/tasks/next?wait=3", null);
        var second = registry.request("GET", "/ains/agents/crowd/tasks/next?wait=3", null);
        Awaitility.await().until(() -> registry.get("/metrics").text().contains("ains_registry_polls_waiting 2.0"));

        Response third = registry.get("/ains/agents/crowd/tasks/next?wait=3");

        assertThat(third.status()).isEqualTo(503);
        assertThat(third.header("Retry-After")).isNotEmpty();
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(200);
        assertThat(registry.get("/metrics").text()).contains("ains_registry_polls_waiting 0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nope, 404",
        "GET, /aitp/nope, 404",
        "PATCH, /aitp/tasks, 405",
        "POST, /health, 405",
        "DELETE, /ains/agents, 405"
    })
    void shouldAnswerAnUnknownRouteOrMethodWithAProblem(String method, String path, int status) {
        Response refused = registry.send(method, path, null);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.body().at("/status").asInt()).isEqualTo(status);
        assertThat(refused.at("/detail")).isNotEmpty();
    }

    @Test
    void shouldRefuseABodyThatIsNotJsonByItsType() {
        Response refused = registry.send("POST", "/aitp/tasks", null, "Content-Type", "text/plain");

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
    }
}
