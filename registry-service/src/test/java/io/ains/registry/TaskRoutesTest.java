package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.Registry.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is shown of tasks that were accepted, reported of them, and asked of them. */
class TaskRoutesTest extends RoutesTest {
    @BeforeAll
    void registerOneThatIsAway() {
        register("absent", WAITING, 5);
        leave("absent");
    }

    @Test
    void shouldListTasksByEachFilterNewestFirst() {
        register("lister", "listed", 5);
        String first = submit("listed", ", \"client_id\": \"list-client\", \"task_type\": \"list-type\"");
        String second = submit("listed", ", \"client_id\": \"list-client\", \"task_type\": \"list-type\"");
        awaitAssigned(second);

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
        register("lister-too", "listed-too", 5);
        submit("listed-too", ", \"task_type\": \"type-too\"");
        Response none = registry.get("/aitp/tasks?capability=listed&task_type=type-too");
        assertThat(none.body().at("/total").asInt()).isZero();
        Response both = registry.get("/aitp/tasks?capability=listed&task_type=list-type");
        assertThat(both.body().at("/total").asInt()).isEqualTo(2);
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
}
