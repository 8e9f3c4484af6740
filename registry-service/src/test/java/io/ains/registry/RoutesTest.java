package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Topics;
import io.ains.registry.Registry.Response;
import io.ains.testkit.TestBroker;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A registry and a control plane behind it, for all tests of a class, and what one says to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoutesTest {
    /** Offered by an agent that is away, so its tasks wait. */
    static final String WAITING = "waiting";

    final String prefix = TestBroker.uniquePrefix();
    Registry registry;
    ControlPlaneDouble controlPlane;

    private final String[] settings;

    RoutesTest(String... settings) {
        this.settings = settings;
    }

    @BeforeAll
    void startRegistry(@TempDir Path folder) {
        registry = new Registry(TestBroker.bootstrapServers(), prefix, TestDatabase.in(folder), settings).awaitReady();
        controlPlane = new ControlPlaneDouble(TestBroker.bootstrapServers(), new Topics(prefix), Registry.PARTITIONS);
    }

    @AfterAll
    void stopRegistry() {
        controlPlane.close();
        registry.close();
    }

    void register(String agentId, String capability, int slots) {
        Response registered = registry.post("/ains/agents", """
                {"agent_id": "%s", "public_key": "ab01", "display_name": "x", "endpoint": "http://a:1",
                 "signature": "ff00", "capabilities": [{"name": "%s", "max_concurrency": %d}]}""".formatted(agentId, capability, slots));
        assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    }

    /** The agent says that it goes. */
    void leave(String agentId) {
        registry.post(
                "/ains/agents/" + agentId + "/heartbeat",
                "{\"timestamp\": 1, \"status\": \"OFFLINE\", \"uptime_ms\": 5}");
        Awaitility.await()
                .until(() ->
                        registry.get("/ains/agents/" + agentId).at("/status").equals("INACTIVE"));
    }

    static String task(String capability, String more) {
        return """
                {"client_id": "c-1", "task_type": "t", "capability_required": "%s", "input_data": {"a": [1.5, "é"]}%s}""".formatted(capability, more);
    }

    /** The id of the task that was accepted. */
    String submit(String capability, String more) {
        Response submitted = registry.post("/aitp/tasks", task(capability, more));
        assertThat(submitted.status()).as(submitted.text()).isEqualTo(200);
        return submitted.at("/task_id");
    }

    /** An agent of its own that is given one task. */
    String assigned(String agentId, String more) {
        register(agentId, "cap-" + agentId, 5);
        String id = submit("cap-" + agentId, more);
        awaitAssigned(id);
        return id;
    }

    void awaitAssigned(String taskId) {
        Awaitility.await()
                .until(() -> registry.get("/aitp/tasks/" + taskId).at("/status").equals("ASSIGNED"));
    }

    Response report(String taskId, String agentId, String body) {
        return registry.put("/aitp/tasks/" + taskId + "/status?agent_id=" + agentId, body);
    }
}
