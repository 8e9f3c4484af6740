package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskRoutesTest {
    /** Offered by an agent that is away, so its tasks wait. */
    private static final String WAITING = "waiting";

    private final String prefix = TestBroker.uniquePrefix();
    private Registry registry;
    private ControlPlaneDouble controlPlane;

    @BeforeAll
    void start(@TempDir Path folder) {
        registry = new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder)).awaitReady();
        controlPlane = new ControlPlaneDouble(TestBroker.bootstrapServers(), new Topics(prefix), Registry.PARTITIONS);
        register("absent", WAITING);
        registry.post("/ains/agents/absent/heartbeat", "{\"timestamp\": 1, \"status\": \"OFFLINE\", \"uptime_ms\": 5}");
        Awaitility.await()
                .until(() -> registry.get("/ains/agents/absent").at("/status").equals("INACTIVE"));
    }

    @AfterAll
    void stop() {
        controlPlane.close();
        registry.close();
    }

    private void register(String agentId, String capability) {
        Response registered = registry.post("/ains/agents", """
                {"agent_id": "%s", "public_key": "ab01", "display_name": "x", "endpoint": "http://a:1",
                 "signature": "ff00", "capabilities": [{"name": "%s", "max_concurrency": 5}]}""".formatted(agentId, capability));
        assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    }

    private static String task(String capability, String more) {
        return """
                {"client_id": "c-1", "task_type": "t", "capability_required": "%s", "input_data": {"a": [1.5, "é"]}%s}""".formatted(capability, more);
    }

    private String submit(String capability, String more) {
        Response submitted = registry.post("/aitp/tasks", task(capability, more));
        assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
        return submitted.at("/task_id");
    }

    /** An agent of its own that is given one task. */
    private String assigned(String agentId, String more) {
        register(agentId, "cap-" + agentId);
        String id = submit("cap-" + agentId, more);
        Awaitility.await()
                .until(() -> registry.get("/aitp/tasks/" + id).at("/status").equals("ASSIGNED"));
        return id;
    }

    private Response report(String taskId, String agentId, String body) {
        return registry.put("/aitp/tasks/" + taskId + "/status?agent_id=" + agentId, body);
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

    @Test
    void shouldListTasksByEachFilterNewestFirst() {
        register("lister", "listed");
        String first = submit("listed", ", \"client_id\": \"list-client\", \"task_type\": \"list-type\"");
        String second = submit("listed", ", \"client_id\": \"list-client\", \"task_type\": \"list-type\"");
        Awaitility.await()
                .until(() -> registry.get("/aitp/tasks/" + second).at("/status").equals("ASSIGNED"));

        for (String filter : new String[] {
            "client_id=list-client",
            "task_type=list-type",
            "capability=listed",
            "assigned_agent_id=lister",
            "status=ASSIGNED&capability=listed"
        }) {
            Response page = registry.get("/aitp/tasks?" + filter);
            assertThat(page.body().at("/total").asInt()).as(filter).isEqualTo(2);
            assertThat(page.at("/tasks/0/task_id")).as(filter).isEqualTo(second);
            assertThat(page.at("/tasks/1/task_id")).as(filter).isEqualTo(first);
            assertThat(page.body().at("/limit").asInt()).isEqualTo(20);
        }
        Response rest = registry.get("/aitp/tasks?capability=listed&limit=1&offset=1");
        assertThat(rest.body().at("/tasks").size()).isEqualTo(1);
        assertThat(rest.at("/tasks/0/task_id")).isEqualTo(first);
        assertThat(rest.body().at("/tasks/0/input_data").isObject()).isTrue();
        assertThat(registry.get("/aitp/tasks?limit=100").body().at("/total").asInt())
                .isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"limit=0, limit", "limit=101, limit", "offset=-1, offset", "status=LOST, status"})
    void shouldRefuseAListOutOfBounds(String query, String field) {
        Response refused = registry.get("/aitp/tasks?" + query);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldFollowATaskFromItsAssignmentToItsResult() {
        String id = assigned("worker", "");
        Response started = report(id, "worker", "{\"status\": \"ACTIVE\", \"attempt\": 1}");
        assertThat(started.status()).as(started.text()).isEqualTo(200);
        assertThat(started.at("/status")).isEqualTo("ACTIVE");
        assertThat(registry.get("/aitp/tasks/" + id).at("/started_at")).endsWith("Z");
        assertThat(registry.get("/ains/agents/worker")
                        .body()
                        .at("/active_tasks")
                        .asInt())
                .isEqualTo(1);

        Response done = report(id, "worker", "{\"status\": \"COMPLETED\", \"result_data\": {\"sum\": 3}}");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.at("/status")).isEqualTo("COMPLETED");
        assertThat(done.at("/updated_at")).endsWith("Z");
        assertThat(done.body().at("/retry_count").asInt()).isZero();

        Response task = registry.get("/aitp/tasks/" + id);
        assertThat(task.at("/status")).isEqualTo("COMPLETED");
        assertThat(task.at("/assigned_agent_id")).isEqualTo("worker");
        assertThat(task.body().at("/result_data/sum").asInt()).isEqualTo(3);
        assertThat(task.at("/completed_at")).endsWith("Z");
        Response history = registry.get("/aitp/tasks/" + id + "/events");
        assertThat(history.body().at("/events").findValuesAsString("type"))
                .containsExactly("TaskSubmitted", "TaskAssigned", "TaskStarted", "TaskCompleted");
        assertThat(history.at("/events/1/agent_id")).isEqualTo("worker");
        assertThat(history.body().at("/events/1/attempt").asInt()).isEqualTo(1);
        assertThat(history.at("/events/0/time")).endsWith("Z");
        assertThat(report(id, "worker", "{\"status\": \"COMPLETED\"}").status()).isEqualTo(400);
    }

    @Test
    void shouldPutAFailedAttemptBackAndFailTheTaskInTheEnd() {
        String id = assigned("failing", ", \"max_retries\": 1");

        Response once = report(id, "failing", "{\"status\": \"FAILED\", \"error_message\": \"boom\"}");

        assertThat(once.at("/status")).isEqualTo("PENDING");
        assertThat(once.body().at("/retry_count").asInt()).isEqualTo(1);
        Response waiting = registry.get("/aitp/tasks/" + id);
        assertThat(waiting.at("/error_message")).isEqualTo("boom");
        assertThat(waiting.at("/reason")).isEqualTo("ATTEMPT_FAILED");
        assertThat(waiting.body().path("assigned_agent_id").isNull()).isTrue();
    }

    @Test
    void shouldFailATaskThatCannotBeRetried() {
        String id = assigned("giving-up", "");

        Response failed =
                report(id, "giving-up", "{\"status\": \"FAILED\", \"error_message\": \"never\", \"retryable\": false}");

        assertThat(failed.at("/status")).isEqualTo("FAILED");
        Response task = registry.get("/aitp/tasks/" + id);
        assertThat(task.at("/error_message")).isEqualTo("never");
        assertThat(task.at("/completed_at")).endsWith("Z");
    }

    @Test
    void shouldRefuseAReportThatIsNotTheAgentsToMake() {
        String id = assigned("owner", "");

        assertThat(report(id, "somebody-else", "{\"status\": \"ACTIVE\"}").status())
                .isEqualTo(403);
        assertThat(report(id, "owner", "{\"status\": \"ACTIVE\", \"attempt\": 9}")
                        .status())
                .isEqualTo(400);
        assertThat(report("no-such-task", "owner", "{\"status\": \"ACTIVE\"}").status())
                .isEqualTo(404);
        assertThat(report(submit(WAITING, ""), "owner", "{\"status\": \"ACTIVE\"}")
                        .status())
                .isEqualTo(400);
        assertThat(report(id, "owner", "{\"status\": \"PENDING\"}").at("/errors/0/field"))
                .isEqualTo("status");
        assertThat(report(id, "owner", "{\"status\": \"ACTIVE\", \"attempt\": 0}")
                        .at("/errors/0/field"))
                .isEqualTo("attempt");
        assertThat(registry.put("/aitp/tasks/" + id + "/status", "{\"status\": \"ACTIVE\"}")
                        .at("/errors/0/field"))
                .isEqualTo("agent_id");
    }

    @Test
    void shouldCancelATaskOfItsClientOnce() {
        String path = "/aitp/tasks/" + submit(WAITING, "");

        assertThat(registry.delete(path + "?client_id=another").status()).isEqualTo(403);
        Response cancelled = registry.delete(path + "?client_id=c-1&reason=no+more");
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
        assertThat(cancelled.at("/status")).isEqualTo("CANCELLED");
        assertThat(cancelled.at("/reason")).isEqualTo("no more");
        assertThat(cancelled.at("/cancelled_at")).endsWith("Z");
        assertThat(registry.get(path).at("/status")).isEqualTo("CANCELLED");
        assertThat(registry.delete(path).status()).isEqualTo(400);
        assertThat(registry.delete("/aitp/tasks/no-such-task").status()).isEqualTo(404);
    }

    @Test
    void shouldKnowTheEndOfATaskThatTheDispatcherHasForgotten() {
        String path = "/aitp/tasks/" + submit(WAITING, ", \"task_type\": \"" + TasksDouble.FORGOTTEN + "\"");
        assertThat(registry.delete(path).status()).isEqualTo(200);

        Response again = registry.delete(path);

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.at("/detail")).contains("CANCELLED");
    }

    @Test
    void shouldChangePriorityAndTimeout() {
        String path = "/aitp/tasks/" + submit(WAITING, "");

        Response priority = registry.put(path + "/priority?new_priority=8&client_id=c-1", "");
        assertThat(priority.status()).as(priority.text()).isEqualTo(200);
        assertThat(priority.body().at("/old_priority").asInt()).isEqualTo(5);
        assertThat(priority.body().at("/new_priority").asInt()).isEqualTo(8);
        assertThat(priority.at("/status")).isEqualTo("PENDING");
        assertThat(registry.get(path).body().at("/priority").asInt()).isEqualTo(8);

        Response timeout = registry.put(path + "/timeout?timeout_seconds=7", "");
        assertThat(timeout.body().at("/old_timeout_seconds").asInt()).isEqualTo(300);
        assertThat(timeout.body().at("/new_timeout_seconds").asInt()).isEqualTo(7);
        assertThat(registry.get(path).body().at("/timeout_seconds").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "priority?new_priority=0, 422",
        "priority?new_priority=11, 422",
        "priority?new_priority=x, 422",
        "priority, 422",
        "priority?new_priority=5&client_id=another, 403",
        "timeout?timeout_seconds=0, 422",
        "timeout?timeout_seconds=86401, 422",
        "timeout, 422",
        "timeout?timeout_seconds=5&client_id=another, 403"
    })
    void shouldRefuseAChangeOutOfBounds(String change, int status) {
        String id = submit(WAITING, "");

        assertThat(registry.put("/aitp/tasks/" + id + "/" + change, "").status())
                .isEqualTo(status);
    }

    @Test
    void shouldRefuseToChangeWhatDoesNotWaitOrHasEnded() {
        String id = assigned("busy", "");
        assertThat(registry.put("/aitp/tasks/" + id + "/priority?new_priority=9", "")
                        .status())
                .isEqualTo(400);

        report(id, "busy", "{\"status\": \"COMPLETED\"}");

        assertThat(registry.put("/aitp/tasks/" + id + "/timeout?timeout_seconds=9", "")
                        .status())
                .isEqualTo(400);
        assertThat(registry.put("/aitp/tasks/none/priority?new_priority=9", "").status())
                .isEqualTo(404);
        assertThat(registry.put("/aitp/tasks/none/timeout?timeout_seconds=9", "")
                        .status())
                .isEqualTo(404);
        assertThat(registry.get("/aitp/tasks/none").status()).isEqualTo(404);
        assertThat(registry.get("/aitp/tasks/none/events").status()).isEqualTo(404);
    }

    @Test
    void shouldGiveAnAgentItsTasksAtOnceWhenThereAreAny() {
        String id = assigned("poller", "");

        Response next = registry.get("/ains/agents/poller/tasks/next?wait=30&limit=10");

        assertThat(next.status()).isEqualTo(200);
        assertThat(next.body().at("/tasks").size()).isEqualTo(1);
        assertThat(next.at("/tasks/0/task_id")).isEqualTo(id);
        assertThat(next.body().at("/tasks/0/input_data").isObject()).isTrue();
        report(id, "poller", "{\"status\": \"ACTIVE\"}");
        assertThat(registry.get("/ains/agents/poller/tasks/next")
                        .body()
                        .at("/tasks")
                        .size())
                .as("a started task is not given again")
                .isZero();
    }

    @Test
    void shouldWakeAWaitingAgentWhenATaskIsAssigned() {
        register("sleeper", "cap-sleeper");
        CompletableFuture<Response> waiting = registry.request("GET", "/ains/agents/sleeper/tasks/next?wait=30", null);
        Awaitility.await().until(() -> registry.get("/metrics").text().contains("ains_registry_polls_waiting 1.0"));

        String id = submit("cap-sleeper", "");

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
        assertThat(waiting.join().at("/tasks/0/task_id")).isEqualTo(id);
    }

    @Test
    void shouldEndAPollWithNothingWhenNothingComes() {
        register("bored", "cap-bored");
        Instant began = Instant.now();

        Response nothing = registry.get("/ains/agents/bored/tasks/next?wait=1");

        assertThat(nothing.status()).isEqualTo(200);
        assertThat(nothing.body().at("/tasks").size()).isZero();
        assertThat(Duration.between(began, Instant.now())).isBetween(Duration.ofMillis(990), Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({"wait=31, wait", "wait=-1, wait", "limit=0, limit", "limit=101, limit"})
    void shouldRefuseAPollOutOfBounds(String query, String field) {
        Response refused = registry.get("/ains/agents/absent/tasks/next?" + query);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldNotLetAnUnknownAgentPoll() {
        assertThat(registry.get("/ains/agents/nobody/tasks/next?wait=30").status())
                .isEqualTo(404);
    }
}
