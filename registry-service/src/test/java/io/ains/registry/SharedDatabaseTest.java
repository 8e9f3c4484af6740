package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.testkit.TestBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Several services of one installation, over one PostgreSQL. */
@EnabledIfSystemProperty(named = "ains.test.database", matches = "postgresql")
class SharedDatabaseTest {
    private static final int TASKS = 60;

    private final String prefix = TestBroker.uniquePrefix();

    private static Response submit(Registry registry, String id) {
        return registry.post("/aitp/tasks", """
                {"task_id": "%s", "client_id": "c", "task_type": "t", "capability_required": "cap", "input_data": {}}""".formatted(id));
    }

    @Test
    void shouldBringEachRecordInOnceAndGoOnWithoutOneOfThem(@TempDir Path folder) throws Exception {
        TestDatabase database = TestDatabase.in(folder);
        Registry one = new Registry(TestBroker.bootstrapServers(), prefix, database).awaitReady();
        try (Registry other = new Registry(TestBroker.bootstrapServers(), prefix, database).awaitReady();
                var plane = new ControlPlaneDouble(
                        TestBroker.bootstrapServers(), new Topics(prefix), Registry.PARTITIONS)) {
            try (one) {
                one.post("/ains/agents", """
                        {"agent_id": "a", "public_key": "ab", "display_name": "x", "endpoint": "e", "signature": "ff",
                         "capabilities": [{"name": "cap", "max_concurrency": 5}]}""");
                for (int i = 0; i < TASKS; i++) {
                    Response submitted = submit(i % 2 == 0 ? one : other, "t-" + i);
                    assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
                    Response seen = (i % 2 == 0 ? other : one)
                            .send(
                                    "GET",
                                    "/aitp/tasks/t-" + i,
                                    null,
                                    "AINS-Min-Version",
                                    submitted.header("AINS-Version"));
                    assertThat(seen.status()).as(seen.text()).isEqualTo(200);
                }
            }

            assertThat(submit(other, "after").status()).isEqualTo(200);
            assertThat(other.get("/aitp/tasks").body().at("/total").asInt()).isEqualTo(TASKS + 1);
            assertThat(database.number("SELECT sum(n) FROM tally WHERE scope = 'tasks'"))
                    .isEqualTo(database.number("SELECT count(*) FROM task"));
            assertThat(database.number("SELECT count(*) FROM task_event WHERE type = 'TaskSubmitted'"))
                    .isEqualTo(TASKS + 1);
            assertThat(database.number("SELECT n FROM tally WHERE scope = 'slots' AND name = 'cap'"))
                    .isEqualTo(5);
        }
    }
}
