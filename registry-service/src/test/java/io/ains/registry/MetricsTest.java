package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {
    private final String prefix = TestBroker.uniquePrefix();
    private Registry registry;
    private ControlPlaneDouble controlPlane;

    @BeforeAll
    void start(@TempDir Path folder) {
        registry = new Registry(
                        TestBroker.bootstrapServers(),
                        prefix,
                        TestDatabase.in(folder),
                        "--ains.metrics.max-agents=2",
                        "--ains.metrics.max-capabilities=2")
                .awaitReady();
        controlPlane = new ControlPlaneDouble(TestBroker.bootstrapServers(), new Topics(prefix), Registry.PARTITIONS);
        register("m-1", "metered");
        submit("m-task-1", "metered");
        Awaitility.await().until(() -> metrics().contains("ains_tasks_created_total{capability=\"metered\"} 1.0"));
    }

    @AfterAll
    void stop() {
        controlPlane.close();
        registry.close();
    }

    private String metrics() {
        return registry.get("/metrics").text();
    }

    private void register(String agentId, String capability) {
        assertThat(registry.post("/ains/agents", """
                {"agent_id": "%s", "public_key": "ab01", "display_name": "x", "endpoint": "http://a:1",
                 "signature": "ff00", "capabilities": [{"name": "%s"}]}""".formatted(agentId, capability))
                        .status())
                .isEqualTo(200);
    }

    private void submit(String taskId, String capability) {
        assertThat(registry.post("/aitp/tasks", """
                {"task_id": "%s", "client_id": "c", "task_type": "t", "capability_required": "%s", "input_data": {}}""".formatted(taskId, capability))
                        .status())
                .isEqualTo(200);
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
            register("b-" + i, "bounded-" + i);
            submit("b-task-" + i, "bounded-" + i);
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
