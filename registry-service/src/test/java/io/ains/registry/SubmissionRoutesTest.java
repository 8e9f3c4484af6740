package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import io.ains.registry.Registry.Response;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks as they are submitted. */
class SubmissionRoutesTest extends RoutesTest {
    @BeforeAll
    void registerOneThatIsAway() {
        register("absent", WAITING, 5);
        leave("absent");
    }

    @Test
    void shouldAcceptATaskWithAllItsFields() {
        Response submitted = registry.post("/aitp/tasks", task(WAITING, """
                , "task_id": "all-fields", "priority": 9, "timeout_seconds": 60, "max_retries": 1,
                "retry_policy": "linear", "expires_at": "2100-01-01T01:00:00+01:00", "routing_strategy": "sticky",
                "sticky_key": "k", "min_trust": 0.25, "metadata": {"m": null}"""));

        assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
        Response found = registry.get("/ains/tasks/all-fields");
        assertThat(found.body()).isEqualTo(submitted.body());
        assertThat(found.at("/task_id")).isEqualTo("all-fields");
        assertThat(found.at("/client_id")).isEqualTo("c-1");
        assertThat(found.at("/task_type")).isEqualTo("t");
        assertThat(found.at("/capability_required")).isEqualTo(WAITING);
        assertThat(found.body().at("/input_data").toString()).isEqualTo("{\"a\":[1.5,\"é\"]}");
        assertThat(found.body().at("/metadata").toString()).isEqualTo("{\"m\":null}");
        assertThat(found.at("/status")).isEqualTo("PENDING");
        assertThat(found.body().at("/priority").asInt()).isEqualTo(9);
        assertThat(found.body().at("/timeout_seconds").asInt()).isEqualTo(60);
        assertThat(found.body().at("/max_retries").asInt()).isEqualTo(1);
        assertThat(found.at("/retry_policy")).isEqualTo("linear");
        assertThat(found.at("/routing_strategy")).isEqualTo("sticky");
        assertThat(found.at("/expires_at")).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(found.body().at("/min_trust").asDouble()).isEqualTo(0.25);
        assertThat(found.body().at("/retry_count").asInt()).isZero();
        assertThat(found.at("/created_at")).endsWith("Z");
        for (String absent : new String[] {
            "assigned_agent_id", "assigned_at", "started_at", "completed_at", "result_data", "error_message"
        }) {
            assertThat(found.body().path(absent).isNull()).as(absent).isTrue();
        }
        assertThat(registry.get("/aitp/tasks/all-fields").body()).isEqualTo(found.body());
    }

    @Test
    void shouldFillInTheDefaults() {
        Response task = registry.get("/aitp/tasks/" + submit(WAITING, ""));

        assertThat(UUID.fromString(task.at("/task_id"))).isNotNull();
        assertThat(task.body().at("/priority").asInt()).isEqualTo(5);
        assertThat(task.body().at("/timeout_seconds").asInt()).isEqualTo(300);
        assertThat(task.body().at("/max_retries").asInt()).isEqualTo(3);
        assertThat(task.at("/retry_policy")).isEqualTo("exponential");
    }

    @Test
    void shouldTakeTheSameIdForTheSameTask() {
        Response first =
                registry.post("/aitp/tasks", task(WAITING, ", \"priority\": 7"), "Idempotency-Key", "idempotent-1");
        Response byKey = registry.post("/aitp/tasks", task(WAITING, ""), "Idempotency-Key", "idempotent-1");
        Response byId = registry.post("/ains/tasks", task(WAITING, ", \"task_id\": \"idempotent-1\""));

        assertThat(first.at("/task_id")).isEqualTo("idempotent-1");
        assertThat(byKey.status()).isEqualTo(200);
        assertThat(byKey.body()).isEqualTo(first.body());
        assertThat(byId.body()).isEqualTo(first.body());
    }

    @Test
    void shouldPreferTheBodysIdToTheKey() {
        Response submitted = registry.post(
                "/aitp/tasks", task(WAITING, ", \"task_id\": \"of-the-body\""), "Idempotency-Key", "of-the-header");

        assertThat(submitted.at("/task_id")).isEqualTo("of-the-body");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/aitp/tasks | \"priority\": 0 | priority",
                "/aitp/tasks | \"priority\": 11 | priority",
                "/ains/tasks | \"priority\": -1 | priority",
                "/ains/tasks | \"priority\": 11 | priority",
                "/aitp/tasks | \"priority\": 1.5 | priority",
                "/aitp/tasks | \"timeout_seconds\": 0 | timeout_seconds",
                "/aitp/tasks | \"timeout_seconds\": 86401 | timeout_seconds",
                "/aitp/tasks | \"max_retries\": -1 | max_retries",
                "/aitp/tasks | \"max_retries\": 11 | max_retries",
                "/aitp/tasks | \"retry_policy\": \"never\" | retry_policy",
                "/aitp/tasks | \"routing_strategy\": \"luck\" | routing_strategy",
                "/aitp/tasks | \"routing_strategy\": \"sticky\" | sticky_key",
                "/aitp/tasks | \"min_trust\": 1.1 | min_trust",
                "/aitp/tasks | \"min_trust\": -0.1 | min_trust",
                "/aitp/tasks | \"task_id\": \"a b\" | task_id",
                "/aitp/tasks | \"task_id\": \"\" | task_id",
                "/aitp/tasks | \"client_id\": null | client_id",
                "/aitp/tasks | \"task_type\": \"a b\" | task_type",
                "/aitp/tasks | \"capability_required\": \"a/b\" | capability_required",
                "/aitp/tasks | \"input_data\": [1] | input_data",
                "/aitp/tasks | \"input_data\": null | input_data",
                "/aitp/tasks | \"metadata\": \"text\" | metadata",
                "/aitp/tasks | \"expires_at\": \"tomorrow\" | expires_at",
            })
    void shouldNameTheFieldThatIsOutOfBounds(String path, String field, String name) {
        Response refused = registry.post(path, task(WAITING, ", " + field));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.at("/errors/0/field")).isEqualTo(name);
    }

    @Test
    void shouldTakePriorityZeroOnTheOlderRoute() {
        Response submitted = registry.post("/ains/tasks", task(WAITING, ", \"priority\": 0"));

        assertThat(submitted.status()).isEqualTo(200);
        assertThat(submitted.body().at("/priority").asInt()).isZero();
    }

    @Test
    void shouldRefuseWhatNobodyOffersAndWhatHasExpired() {
        assertThat(registry.post("/aitp/tasks", task("never-offered", "")).status())
                .isEqualTo(400);
        assertThat(registry.post("/aitp/tasks", task(WAITING, ", \"expires_at\": \"2020-01-01T00:00:00Z\""))
                        .status())
                .isEqualTo(400);
        assertThat(registry.post("/aitp/tasks", task(WAITING, ""), "Idempotency-Key", "a b")
                        .status())
                .isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"client_id\": nope}", ""})
    void shouldRefuseWhatIsNotJson(String body) {
        Response refused = registry.post("/aitp/tasks", body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.at("/detail")).contains("JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "5", "{} {}"})
    void shouldRefuseABodyThatIsNotOneObject(String body) {
        Response refused = registry.post("/aitp/tasks", body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo("body");
    }

    @Test
    void shouldSayWhichWordsAFieldTakes() {
        Response refused = registry.post("/aitp/tasks", task(WAITING, ", \"routing_strategy\": \"luck\""));

        assertThat(refused.at("/errors/0/message")).contains("least_loaded").doesNotContain("io.ains");
    }

    @Test
    void shouldRefuseABodyThatIsTooLargeBeforeReadingIt() throws Exception {
        String large = task(WAITING, ", \"metadata\": {\"m\": \"" + "x".repeat(Json.MAX_BODY_BYTES) + "\"}");

        assertThat(registry.post("/aitp/tasks", large).status()).isEqualTo(413);
        assertThat(registry.postChunked("/aitp/tasks", large).status()).isEqualTo(413);
    }

    @Test
    void shouldRefuseABodyThatGrowsTooLargeWhenWrittenAnew() {
        StringBuilder numbers = new StringBuilder("1e6");
        while (numbers.length() < Json.MAX_BODY_BYTES / 2) {
            numbers.append(",1e6");
        }

        Response refused = registry.post("/aitp/tasks", task(WAITING, ", \"metadata\": {\"m\": [" + numbers + "]}"));

        assertThat(refused.status()).isEqualTo(413);
    }

    @Test
    void shouldTakeALargeBody() {
        String data = "x".repeat(Json.MAX_BODY_BYTES - 2_000);

        Response submitted = registry.post("/aitp/tasks", task(WAITING, ", \"metadata\": {\"m\": \"" + data + "\"}"));

        assertThat(submitted.status()).isEqualTo(200);
        assertThat(submitted.at("/metadata/m")).isEqualTo(data);
    }
}
