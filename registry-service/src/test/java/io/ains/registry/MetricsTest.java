package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MetricsTest extends RoutesTest {

    MetricsTest() {
        super("--ains.metrics.max-agents=2", "--ains.metrics.max-capabilities=2");
    }

    @BeforeAll
    void startToCount() {
        register("m-1", "metered", 1);
        submit("metered", ", \"task_id\": \"m-task-1\"");
        Awaitility.await().until(() -> metrics().contains("ains_tasks_created_total{capability=\"metered\"} 1.0"));
    }

    private String metrics() {
        return registry.get("/metrics").text();
    }

    @Test
    void shouldShowTheFamiliesOfTheEarlierSystem() {
        registry.put("/aitp/tasks/m-task-1/status?agent_id=m-1", "{\"status\": \"COMPLETED\"}");
        registry.get("/aitp/tasks/not-there");

        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(metrics()).contains("ains_tasks_completed_total{capability=\"metered\"} 1.0"));

        assertThat(metrics())
                .contains("ains_application_info{name=\"registry-service\",version=")
                .contains(
                        "ains_http_requests_total{endpoint=\"/aitp/tasks/{taskId}\",method=\"GET\",status_code=\"404\"} 1.0")
                .contains(
                        "ains_http_request_duration_seconds_bucket{endpoint=\"/aitp/tasks/{taskId}\",method=\"GET\",le=\"0.005\"}")
                .contains("ains_http_requests_in_progress{method=\"GET\"} 1.0")
                .contains("ains_tasks_created_total{capability=\"metered\"} 1.0")
                .contains("ains_agent_tasks_completed_total{capability=\"metered\"} 1.0")
                .contains("ains_task_duration_seconds_count{capability=\"metered\",status=\"COMPLETED\"} 1")
                .contains("ains_task_wait_seconds_count{capability=\"metered\"} 1")
                .contains("ains_agent_deaths_total 0.0")
                .contains("# TYPE ains_agents_total gauge")
                .contains("# TYPE ains_agents_active gauge")
                .doesNotContain("m-task-1", "not-there", ".active");
    }

    @Test
    void shouldBoundTheLabels() {
        for (int i = 0; i < 4; i++) {
            register("b-" + i, "bounded-" + i, 1);
            submit("bounded-" + i, "");
        }

        Awaitility.await()
                .untilAsserted(() -> assertThat(metrics()).contains("ains_tasks_created_total{capability=\"other\"}"));

        assertThat(metrics()
                        .lines()
                        .filter(line -> line.startsWith("ains_tasks_created_total"))
                        .count())
                .isEqualTo(3);
        assertThat(metrics()).doesNotContain("ains_agent_trust_score{");
    }
}
