package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.Registry.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many tasks at once, tasks that failed, and who would get a task. */
class BatchRoutesTest extends RoutesTest {
    private static final String TASK =
            "{\"task_type\": \"t\", \"capability_required\": \"waiting\", \"input_data\": {}%s}";

    BatchRoutesTest() {
        super("--ains.registry.answer-timeout=60s");
    }

    @BeforeAll
    void registerOneThatIsAway() {
        register("absent", WAITING, 5);
        leave("absent");
    }

    private Response batch(String... tasks) {
        return registry.post(
                "/aitp/tasks/batch", "{\"client_id\": \"batch-client\", \"tasks\": [" + String.join(",", tasks) + "]}");
    }

    private List<String> ids(Response batch) {
        List<String> ids = new ArrayList<>();
        batch.body().at("/task_ids").forEach(id -> ids.add(id.asString()));
        return ids;
    }

    /** A task that its agent has given up. */
    private String failed(String agentId) {
        String id = assigned(agentId, ", \"max_retries\": 0");
        Response reported = report(id, agentId, "{\"status\": \"FAILED\", \"error_message\": \"boom\"}");
        assertThat(reported.at("/status")).isEqualTo("FAILED");
        return id;
    }

    @Test
    void shouldTakeTheGoodTasksOfABatchAndTellOfTheOthers() {
        Response answer = batch(
                TASK.formatted(", \"task_id\": \"b-1\", \"priority\": 7"),
                TASK.formatted(", \"priority\": 11"),
                "5",
                TASK.formatted("").replace("waiting", "never-offered"),
                TASK.formatted(", \"client_id\": \"another\""),
                TASK.formatted("").replace("\"task_type\": \"t\",", ""));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.at("/batch_id")).isNotEmpty();
        assertThat(answer.body().at("/success").asBoolean()).isFalse();
        assertThat(answer.body().at("/created").asInt()).isEqualTo(2);
        assertThat(answer.body().at("/failed").asInt()).isEqualTo(4);
        assertThat(ids(answer)).hasSize(2).contains("b-1");
        assertThat(answer.body().at("/errors").findValuesAsString("index")).containsExactly("1", "2", "3", "5");
        assertThat(answer.at("/errors/0/detail")).contains("priority");
        assertThat(answer.at("/errors/3/detail")).contains("task_type");
        assertThat(registry.get("/aitp/tasks/b-1").at("/client_id")).isEqualTo("batch-client");
        assertThat(registry.get("/aitp/tasks/b-1").body().at("/priority").asInt())
                .isEqualTo(7);
        assertThat(registry.get("/aitp/tasks/" + ids(answer).get(1)).at("/client_id"))
                .isEqualTo("another");
    }

    @Test
    void shouldTakeAThousandTasksTellWhereTheyStandAndCancelThem() {
        String[] tasks =
                IntStream.range(0, 1_000).mapToObj(i -> TASK.formatted("")).toArray(String[]::new);

        Response answer = batch(tasks);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().at("/success").asBoolean())
                .as(answer.body().at("/errors/0").toString())
                .isTrue();
        assertThat(ids(answer)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(answer.header("AINS-Version")).isNotEmpty();
        String csv = String.join(",", ids(answer));
        assertThat(registry.get("/aitp/tasks/batch/status?task_ids=" + csv + ",no-such-task")
                        .status())
                .as("more than a thousand")
                .isEqualTo(422);
        Response status = registry.get("/aitp/tasks/batch/status?task_ids=" + csv);
        assertThat(status.body().at("/total").asInt()).isEqualTo(1_000);
        assertThat(status.body().at("/status_counts").toString()).isEqualTo("{\"PENDING\":1000}");
        assertThat(status.at("/tasks/0/task_id")).isEqualTo(ids(answer).get(0));

        Response cancelled =
                registry.post("/aitp/tasks/batch/cancel?client_id=batch-client&reason=r&task_ids=" + csv, "");
        assertThat(cancelled.body().at("/cancelled").asInt()).isEqualTo(1_000);
        assertThat(registry.get("/aitp/tasks/batch/status?task_ids=" + csv)
                        .body()
                        .at("/status_counts")
                        .toString())
                .isEqualTo("{\"CANCELLED\":1000}");
    }

    @Test
    void shouldCancelOnlyTheClientsOwn() {
        List<String> own = ids(batch(TASK.formatted(""), TASK.formatted("")));
        String foreign =
                ids(batch(TASK.formatted(", \"client_id\": \"another\""))).get(0);
        registry.delete("/aitp/tasks/" + own.get(1));

        Response cancelled = registry.post(
                "/aitp/tasks/batch/cancel?client_id=batch-client&task_ids=" + own.get(0) + "," + foreign + ","
                        + own.get(1) + ",no-such-task",
                "");

        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
        assertThat(cancelled.body().at("/cancelled").asInt()).isEqualTo(1);
        assertThat(cancelled.body().at("/failed").asInt()).isEqualTo(3);
        assertThat(cancelled.body().at("/errors").findValuesAsString("task_id"))
                .containsExactly(foreign, own.get(1), "no-such-task");
        assertThat(registry.get("/aitp/tasks/" + own.get(0)).at("/status")).isEqualTo("CANCELLED");
        assertThat(registry.get("/aitp/tasks/" + foreign).at("/status")).isEqualTo("PENDING");
        assertThat(registry.get("/aitp/tasks/batch/status?task_ids=no-such-task," + foreign)
                        .body()
                        .at("/total")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void shouldAnswerABatchAsSoonAsKafkaHasIt() {
        Response answer = registry.post(
                "/aitp/tasks/batch",
                "{\"client_id\": \"c\", \"tasks\": [" + TASK.formatted(", \"task_id\": \"async-batch\"") + "]}",
                "Prefer",
                "respond-async");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(ids(answer)).containsExactly("async-batch");
        Awaitility.await().until(() -> registry.get("/aitp/tasks/async-batch").status() == 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"tasks\": [{}]} | client_id",
                "{\"client_id\": \"c\"} | tasks",
                "{\"client_id\": \"c\", \"tasks\": []} | tasks",
                "{\"client_id\": \"c\", \"tasks\": 5} | tasks",
                "{\"client_id\": \"c\", \"tasks\": [null]} | tasks[0]",
            })
    void shouldRefuseABatchThatIsNone(String body, String field) {
        Response refused = registry.post("/aitp/tasks/batch", body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldRefuseMoreThanAThousand() {
        String tooMany = IntStream.range(0, 1_001).mapToObj(i -> "{}").collect(Collectors.joining(","));
        Response refused = registry.post("/aitp/tasks/batch", "{\"client_id\": \"c\", \"tasks\": [" + tooMany + "]}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo("tasks");
        String ids = IntStream.range(0, 1_001).mapToObj(i -> "x" + i).collect(Collectors.joining(","));
        assertThat(registry.get("/aitp/tasks/batch/status?task_ids=" + ids).at("/errors/0/field"))
                .isEqualTo("task_ids");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /aitp/tasks/batch/status, task_ids",
        "GET, /aitp/tasks/batch/status?task_ids=, task_ids",
        "GET, /aitp/tasks/batch/status?task_ids=a+b, task_ids",
        "POST, /aitp/tasks/batch/cancel?client_id=c, task_ids",
        "POST, /aitp/tasks/batch/cancel?task_ids=x, client_id",
        "POST, /aitp/tasks/batch/cancel?task_ids=x&client_id=a+b, client_id",
    })
    void shouldRefuseAQuestionAboutNothing(String method, String path, String field) {
        Response refused = registry.send(method, path, null);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldListDeadLettersAndTryOneAgain() {
        String id = failed("failing");
        Response letters = registry.get("/aitp/dead-letters?capability=cap-failing");
        assertThat(letters.body().at("/total").asInt()).isEqualTo(1);
        assertThat(letters.at("/dead_letters/0/task_id")).isEqualTo(id);
        assertThat(letters.at("/dead_letters/0/error_message")).isEqualTo("boom");
        assertThat(letters.at("/dead_letters/0/agent_id")).isEqualTo("failing");
        assertThat(letters.at("/dead_letters/0/failed_at")).endsWith("Z");
        assertThat(letters.at("/dead_letters/0/task/input_data/a/1")).isEqualTo("é");
        assertThat(registry.get("/aitp/dead-letters").body().at("/total").asInt())
                .isGreaterThanOrEqualTo(1);

        Response again = registry.post("/aitp/tasks/" + id + "/retry", "");

        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(again.at("/status")).isEqualTo("PENDING");
        assertThat(again.body().at("/retry_count").asInt()).isZero();
        assertThat(registry.get("/aitp/dead-letters?capability=cap-failing")
                        .body()
                        .at("/total")
                        .asInt())
                .as("it is no dead letter any more")
                .isZero();
        assertThat(registry.get("/aitp/tasks/" + id).at("/status")).isIn("PENDING", "ASSIGNED");
        assertThat(registry.post("/aitp/tasks/" + id + "/retry", "").status()).isEqualTo(400);
        assertThat(registry.post("/aitp/tasks/no-such-task/retry", "").status()).isEqualTo(404);
    }

    @Test
    void shouldPurgeADeadLetter() {
        String id = failed("purged");

        Response purged = registry.delete("/aitp/dead-letters/" + id);

        assertThat(purged.status()).as(purged.text()).isEqualTo(200);
        assertThat(purged.at("/status")).isEqualTo("purged");
        assertThat(registry.get("/aitp/dead-letters?capability=cap-purged")
                        .body()
                        .at("/total")
                        .asInt())
                .isZero();
        assertThat(registry.delete("/aitp/dead-letters/" + id).status()).isEqualTo(404);
        assertThat(registry.get("/aitp/tasks/" + id).at("/status")).isEqualTo("FAILED");
    }

    @ParameterizedTest
    @CsvSource({"limit=0, limit", "limit=101, limit", "offset=-1, offset", "capability=a+b, capability"})
    void shouldRefuseAListOfDeadLettersOutOfBounds(String query, String field) {
        Response refused = registry.get("/aitp/dead-letters?" + query);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }

    @Test
    void shouldNameTheRoutingStrategies() {
        Response strategies = registry.get("/ains/routing/strategies");

        assertThat(strategies.at("/default")).isEqualTo("least_loaded");
        assertThat(strategies.body().at("/strategies").findValuesAsString("name"))
                .containsExactlyInAnyOrder("least_loaded", "round_robin", "trust_weighted", "fastest", "sticky");
        assertThat(strategies.body().at("/strategies").findValuesAsString("description"))
                .allSatisfy(sentence -> assertThat(sentence).endsWith("."));
    }

    @Test
    void shouldTellWhoWouldGetATask() {
        Response tested = registry.post(
                "/ains/routing/test",
                "{\"capability_required\": \"waiting\", \"routing_strategy\": \"fastest\", \"min_trust\": 0.5}");

        assertThat(tested.status()).as(tested.text()).isEqualTo(200);
        assertThat(tested.at("/capability_required")).isEqualTo("waiting");
        assertThat(tested.at("/routing_strategy")).isEqualTo("fastest");
        assertThat(tested.body().at("/agent_id").isNull()).isTrue();
        assertThat(tested.at("/reason")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | capability_required",
                "{\"capability_required\": \"waiting\", \"routing_strategy\": \"luck\"} | routing_strategy",
                "{\"capability_required\": \"waiting\", \"routing_strategy\": \"sticky\"} | sticky_key",
                "{\"capability_required\": \"waiting\", \"min_trust\": 2} | min_trust",
            })
    void shouldRefuseATestOutOfBounds(String body, String field) {
        Response refused = registry.post("/ains/routing/test", body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo(field);
    }
}
