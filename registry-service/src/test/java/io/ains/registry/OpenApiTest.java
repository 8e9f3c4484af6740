package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import io.ains.registry.Registry.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest extends RoutesTest {
    private static final Path COMMITTED = Path.of("..", "docs", "openapi.json");

    private JsonNode api;

    @BeforeAll
    void readDescription() {
        Response served = registry.get("/openapi.json");
        assertThat(served.status()).as(served.text()).isEqualTo(200);
        api = served.body();
    }

    @Test
    void shouldBeTheCommittedDescription() throws Exception {
        String now = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(api) + "\n";
        if (Boolean.getBoolean("ains.openapi.write")) {
            Files.writeString(COMMITTED, now);
        }

        assertThat(Files.readString(COMMITTED))
                .as("docs/openapi.json; write it anew with -Dains.openapi.write=true")
                .isEqualTo(now);
    }

    @Test
    void shouldDescribeEveryRouteInThisVersionOfOpenApi() {
        assertThat(api.at("/openapi").asString()).startsWith("3.1");
        api.at("/paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String name = operation.getKey() + " " + path.getKey();
                    JsonNode described = operation.getValue();
                    assertThat(described.has("summary") || described.has("description"))
                            .as(name)
                            .isTrue();
                    assertThat(described.at("/responses/200/content").toString())
                            .as(name)
                            .contains("schema");
                    assertThat(described.at("/responses/503").isMissingNode())
                            .as(name)
                            .isFalse();
                }));
        assertThat(api.at("/paths").propertyNames())
                .contains("/aitp/tasks", "/aitp/dead-letters/{taskId}", "/ains/routing/test", "/health");
        assertThat(api.at("/components/schemas/TaskView/properties").propertyNames())
                .contains("capability_required", "input_data", "assigned_agent_id");
    }

    @Test
    void shouldServeAPage() {
        Response page = registry.get("/docs");

        assertThat(page.status()).isIn(200, 302);
        Response landed = page.status() == 302 ? registry.get(page.header("Location")) : page;
        assertThat(landed.status()).isEqualTo(200);
        assertThat(landed.text()).containsIgnoringCase("swagger");
    }

    @Test
    void shouldHaveExamplesThatWork() {
        assertThat(post("/ains/agents", "RegistrationBody").status()).isEqualTo(200);
        String agent = "/ains/agents/summarizer-1";
        for (Map.Entry<String, String> each : Map.of(
                        agent + "/capabilities",
                        "CapabilityBody",
                        agent + "/heartbeat",
                        "HeartbeatBody",
                        agent + "/trust/adjust",
                        "AdjustmentBody",
                        "/aitp/tasks/batch",
                        "BatchBody",
                        "/ains/routing/test",
                        "TestBody")
                .entrySet()) {
            Response answer = post(each.getKey(), each.getValue());
            assertThat(answer.status()).as(each.getKey() + answer.text()).isEqualTo(200);
        }
        String task = post("/aitp/tasks", "SubmissionBody").at("/task_id");
        awaitAssigned(task);
        Response reported =
                registry.put("/aitp/tasks/" + task + "/status?agent_id=summarizer-1", example("StatusBody"));
        assertThat(reported.status()).as(reported.text()).isEqualTo(200);
    }

    private Response post(String path, String schema) {
        return registry.post(path, example(schema));
    }

    private String example(String schema) {
        JsonNode example = api.at("/components/schemas/" + schema + "/example");
        assertThat(example.isObject()).as(schema).isTrue();
        return example.toString();
    }
}
