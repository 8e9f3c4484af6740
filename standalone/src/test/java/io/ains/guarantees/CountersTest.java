package io.ains.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.registry.RegistryApplication;
import io.ains.testkit.ServiceProcess;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All services are killed under load, and the counters are those of the topics all the same. */
class CountersTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int TASKS = 400;
    private static final int IGNORED = 30;
    private static final String CAPABILITY = "count";
    private static final String AGENT = "counter";
    private static final String OLD_SESSION = "long-gone";

    private final Topics topics = Topics.withDefaultPrefix();

    @Test
    void shouldCountWhatTheTopicsSayAlthoughServicesAreKilled(@TempDir Path folder) throws Exception {
        try (Cluster cluster = Cluster.withOneBroker(folder)) {
            ServiceProcess fleet = cluster.start(HeartbeatProcessorApplication.class, "fleet");
            ServiceProcess dispatcher = cluster.start(TaskDispatcherApplication.class, "dispatcher");
            ServiceProcess registry = cluster.start(
                    RegistryApplication.class,
                    "registry",
                    "ains.registry.database-url=jdbc:sqlite:" + folder.resolve("registry.db"));
            for (ServiceProcess each : List.of(fleet, dispatcher, registry)) {
                cluster.awaitReady(each);
            }
            TopicReader<TaskEvent> tasks = read(cluster, topics.taskEvents(), TaskEvent.class);
            TopicReader<AgentEvent> agents = read(cluster, topics.agentEvents(), AgentEvent.class);
            startAgent(cluster);
            awaitKnown(cluster, tasks);

            submit(cluster, 0, TASKS / 2);
            sendWhatIsIgnored(cluster);
            dispatcher.kill();
            registry.kill();
            fleet.kill();
            submit(cluster, TASKS / 2, TASKS);
            sendWhatIsIgnored(cluster);
            registry.start();
            dispatcher.start();
            fleet.start();

            tasks.awaitValues(LONG, all -> count(all, CountersTest::isEnd) >= TASKS);
            await().atMost(LONG).untilAsserted(() -> {
                Map<String, Long> shown = counters(cluster.page(registry, "/metrics"));
                assertThat(shown)
                        .containsAllEntriesOf(ofTasks(tasks.values()))
                        .containsAllEntriesOf(ofAgents(agents.values()));
            });
            assertThat(ofTasks(tasks.values())).containsKeys("ains_task_requeues_total", "ains_tasks_failed_total");
            TopicReader<HeartbeatEvent> heartbeats = read(cluster, topics.agentHeartbeats(), HeartbeatEvent.class);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(results(cluster.page(fleet, "/metrics"), "ains_heartbeats_total"))
                            .isEqualTo(ofHeartbeats(heartbeats.values())));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(
                                    results(cluster.page(dispatcher, "/metrics"), "ains_task_results_ignored_total"))
                            .containsEntry(RejectionCode.UNKNOWN_TASK.name(), 2L * IGNORED));
            assertThat(counters(cluster.page(fleet, "/metrics"))).containsKey("ains_heartbeat_graces_total");
        }
    }

    private static boolean isEnd(TaskEvent event) {
        return event instanceof TaskEvent.Completed || event instanceof TaskEvent.Failed;
    }

    private static <E> long count(List<E> events, Predicate<? super E> which) {
        return events.stream().filter(which).count();
    }

    /** By name alone, and only what there is any of. */
    private static Map<String, Long> ofTasks(List<TaskEvent> events) {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("ains_tasks_created_total", count(events, TaskEvent.Submitted.class::isInstance));
        counts.put("ains_task_assignments_total", count(events, TaskEvent.Assigned.class::isInstance));
        counts.put("ains_task_wait_seconds_count", count(events, TaskEvent.Assigned.class::isInstance));
        counts.put("ains_task_pickup_seconds_count", count(events, TaskEvent.Started.class::isInstance));
        counts.put("ains_task_duration_seconds_count", count(events, CountersTest::isEnd));
        counts.put("ains_tasks_completed_total", count(events, TaskEvent.Completed.class::isInstance));
        counts.put("ains_agent_tasks_completed_total", count(events, TaskEvent.Completed.class::isInstance));
        counts.put("ains_tasks_failed_total", count(events, TaskEvent.Failed.class::isInstance));
        counts.put("ains_task_requeues_total", count(events, TaskEvent.Requeued.class::isInstance));
        counts.values().removeIf(n -> n == 0);
        return counts;
    }

    private static Map<String, Long> ofAgents(List<AgentEvent> events) {
        return Map.of(
                "ains_agent_registrations_total",
                count(events, AgentEvent.Registered.class::isInstance),
                "ains_agent_deaths_total",
                count(
                        events,
                        event -> event instanceof AgentEvent.StatusChanged changed
                                && changed.to() == AgentStatus.INACTIVE
                                && changed.reason() == StatusReason.SILENCE));
    }

    private static Map<String, Long> ofHeartbeats(List<HeartbeatEvent> events) {
        Map<String, Long> counts = new TreeMap<>();
        for (HeartbeatEvent event : events) {
            if (event instanceof HeartbeatEvent.Heartbeat heartbeat) {
                counts.merge(OLD_SESSION.equals(heartbeat.sessionId()) ? "stale_session" : "taken", 1L, Long::sum);
            }
        }
        return counts;
    }

    /** Heartbeats of a session that has ended, and outcomes of tasks that nobody has submitted. */
    private void sendWhatIsIgnored(Cluster cluster) {
        try (TopicWriter writer = new TopicWriter(cluster.bootstrapServers())) {
            for (int i = 0; i < IGNORED; i++) {
                writer.send(
                        topics.agentHeartbeats(),
                        AGENT,
                        JsonSerde.of(HeartbeatEvent.class)
                                .serialize(
                                        null,
                                        new HeartbeatEvent.Heartbeat(
                                                AGENT, OLD_SESSION, HealthStatus.ACTIVE, null, null)),
                        Map.of());
                writer.send(
                        topics.taskResults(),
                        CAPABILITY,
                        JsonSerde.of(TaskResult.class)
                                .serialize(
                                        null,
                                        new TaskResult.Completed("nobodys-" + i, AGENT, OLD_SESSION, 1, null, null)),
                        Map.of());
            }
        }
    }

    /** Of one counter, by the label that tells its kinds apart, over all partitions; only what there is any of. */
    private static Map<String, Long> results(String page, String name) {
        Map<String, Long> sums = new TreeMap<>();
        Matcher lines = Pattern.compile(
                        "^" + name + "\\{partition=\"\\d+\",\\w+=\"(\\w+)\"} ([0-9.E]+)$", Pattern.MULTILINE)
                .matcher(page);
        while (lines.find()) {
            sums.merge(lines.group(1), (long) Double.parseDouble(lines.group(2)), Long::sum);
        }
        sums.values().removeIf(n -> n == 0);
        return sums;
    }

    private static Map<String, Long> counters(String page) {
        Map<String, Long> sums = new TreeMap<>();
        Matcher lines = Pattern.compile("^(\\w+)(?:\\{.*})? ([0-9.E]+)$", Pattern.MULTILINE)
                .matcher(page);
        while (lines.find()) {
            sums.merge(lines.group(1), (long) Double.parseDouble(lines.group(2)), Long::sum);
        }
        return sums;
    }

    /** Each tenth task fails at first, and each twentieth for good. */
    private static void startAgent(Cluster cluster) {
        Agent agent = Agent.builder(AGENT)
                .bootstrapServers(cluster.bootstrapServers())
                .capability(CAPABILITY, task -> {
                    int number = task.input().path("number").asInt();
                    if (number % 10 == 0 && (task.attempt() == 1 || number % 20 == 0)) {
                        throw new IllegalStateException("pretended");
                    }
                    return Map.of();
                })
                .maxConcurrency(8)
                .build();
        agent.start();
        cluster.closeFirst(agent);
    }

    private void awaitKnown(Cluster cluster, TopicReader<TaskEvent> tasks) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
            submit(cluster, 1, 2);
            return tasks.values().stream().anyMatch(TaskEvent.Completed.class::isInstance);
        });
    }

    private void submit(Cluster cluster, int from, int to) {
        try (TopicWriter writer = new TopicWriter(cluster.bootstrapServers())) {
            for (int i = from; i < to; i++) {
                TaskSpec task = TaskSpec.of("task-" + i, "client", CAPABILITY)
                        .inputData(Json.MAPPER.createObjectNode().put("number", i))
                        .maxRetries(1)
                        .build();
                byte[] command =
                        JsonSerde.of(TaskCommand.class).serialize(null, new TaskCommand.SubmitTask(null, task));
                writer.send(topics.taskCommands(), CAPABILITY, command, Map.of());
            }
        }
    }

    private static <T> TopicReader<T> read(Cluster cluster, String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        TopicReader<T> reader =
                TopicReader.of(cluster.bootstrapServers(), topic, bytes -> serde.deserialize(null, bytes));
        cluster.closeFirst(reader);
        return reader;
    }
}
