package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.registry.Registry.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents that ask for their tasks, and wait. */
class PollRoutesTest extends RoutesTest {
    @BeforeAll
    void registerOneThatIsAway() {
        register("absent", WAITING, 5);
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
        register("sleeper", "cap-sleeper", 5);
        CompletableFuture<Response> waiting = registry.request("GET", "/ains/agents/sleeper/tasks/next?wait=30", null);
        Awaitility.await().until(() -> registry.get("/metrics").text().contains("ains_registry_polls_waiting 1.0"));

        String id = submit("cap-sleeper", "");

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
        assertThat(waiting.join().at("/tasks/0/task_id")).isEqualTo(id);
    }

    @Test
    void shouldEndAPollWithNothingWhenNothingComes() {
        register("bored", "cap-bored", 5);
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
