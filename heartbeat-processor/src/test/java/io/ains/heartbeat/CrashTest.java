package io.ains.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentEvent.TrustChanged;
import io.ains.protocol.AgentState;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import io.ains.testkit.RunningService;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonSerde<TaskEvent> TASK_EVENTS = JsonSerde.of(TaskEvent.class);
    private static final int AGENTS = 4;
    /** Each agent's outcomes; half of them good, so that trust never reaches a bound at which no event is told. */
    private static final int OUTCOMES = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Topics topics = new Topics(TestBroker.uniquePrefix());

    @Test
    void shouldCountEveryOutcomeOnceWhenItIsKilledInTheMiddle() throws Exception {
        String broker = TestBroker.bootstrapServers();
        ProcessorProcess killed =
                new ProcessorProcess(broker, topics, folder.resolve("state"), folder.resolve("killed.log"));
        try (TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
                TopicReader<AgentState> states = read(topics.agentStates(), AgentState.class);
                LivingFleet fleet = new LivingFleet(broker, topics, AGENTS);
                TopicWriter writer = new TopicWriter()) {
            await().atMost(SOON).until(() -> topicsExist(broker));
            fleet.live();
            events.awaitValues(SOON, all -> all.size() >= AGENTS);

            for (int i = 0; i < OUTCOMES; i++) {
                for (String agent : fleet.agents()) {
                    writer.send(
                            topics.taskEvents(), "t-" + i, TASK_EVENTS.serialize(null, outcome(agent, i)), Map.of());
                }
                if (i == OUTCOMES / 2) {
                    killed.kill();
                }
            }
            try (RunningService next = new RunningService(
                    HeartbeatProcessorApplication.builder(),
                    broker,
                    "ains.topic-prefix=" + topics.prefix(),
                    "ains.partitions=2",
                    "ains.streams.state-dir=" + folder.resolve("state"))) {
                states.await(
                        SOON, all -> fleet.agents().stream().allMatch(agent -> counted(states, agent) >= OUTCOMES));
                assertThat(next.get("/livez").statusCode()).isEqualTo(200);
            }

            assertThat(fleet.agents()).allSatisfy(agent -> {
                assertThat(counted(states, agent)).isEqualTo(OUTCOMES);
                List<TrustChanged> changes = events.values().stream()
                        .filter(TrustChanged.class::isInstance)
                        .map(TrustChanged.class::cast)
                        .filter(change -> change.agentId().equals(agent))
                        .toList();
                assertThat(changes).hasSize(OUTCOMES);
                for (int i = 1; i < changes.size(); i++) {
                    assertThat(changes.get(i).before())
                            .isEqualTo(changes.get(i - 1).after());
                }
            });
            assertThat(events.values()).noneMatch(AgentEvent.StatusChanged.class::isInstance);
        } finally {
            killed.close();
        }
    }

    private boolean topicsExist(String broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            List<String> names = topics.fixed().stream().map(Topics.Spec::name).toList();
            return admin.listTopics().names().get().containsAll(names);
        }
    }

    private static TaskEvent outcome(String agent, int number) {
        return number % 7 < 5
                ? new TaskEvent.Completed("t-" + number, "c", 2_000, null, agent, 1, null, 1_000L)
                : new TaskEvent.Failed(
                        "t-" + number, "c", 2_000, null, agent, 1, 0, RequeueReason.ATTEMPT_FAILED, "broke", 1_000L);
    }

    private static long counted(TopicReader<AgentState> states, String agent) {
        AgentState state = states.latestByKey().get(agent);
        return state == null ? 0 : Objects.requireNonNull(state).tasksCompleted() + state.tasksFailed();
    }

    private <T> TopicReader<T> read(String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        return TopicReader.of(topic, bytes -> serde.deserialize(null, bytes));
    }
}
