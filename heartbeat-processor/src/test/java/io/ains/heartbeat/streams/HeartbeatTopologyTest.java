package io.ains.heartbeat.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.heartbeat.domain.FleetSettings;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentPartition;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import io.ains.service.CommitPace;
import io.ains.service.DeadLetterHandler;
import io.ains.service.DeadLetters;
import io.ains.service.TickAgesFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTopologyTest {
    private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final FleetSettings SETTINGS = FleetSettings.defaults();
    private static final int PARTITIONS = 4;
    /** The driver has one partition, number 0. */
    private static final String AGENT = agentOf(0);

    private final Topics topics = Topics.withDefaultPrefix();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path stateDir;

    @SuppressWarnings("NullAway.Init")
    private TopologyTestDriver driver;

    private static String agentOf(int partition) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "agent-" + i)
                .filter(id -> AgentPartition.of(id, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void open() {
        Topology topology = new Topology();
        new HeartbeatTopology(
                        topics,
                        SETTINGS,
                        PARTITIONS,
                        new CommitPace(Duration.ZERO, true),
                        TickAgesFixture.ages(),
                        new FleetMetrics(meters))
                .addTo(topology);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put("ains.dead.letters.topic", topics.deadLetters());
        config.put("ains.service", "heartbeat-processor");
        driver = new TopologyTestDriver(topology, config, START);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private <T> TestInputTopic<String, T> input(String topic, Class<T> type) {
        return driver.createInputTopic(topic, new StringSerializer(), JsonSerde.of(type), START, Duration.ZERO);
    }

    private <T> List<TestRecord<String, T>> output(String topic, Class<T> type) {
        TestOutputTopic<String, T> output =
                driver.createOutputTopic(topic, new StringDeserializer(), JsonSerde.of(type));
        return output.readRecordsToList();
    }

    private void register(String agent) {
        input(topics.agentRegistrations(), RegistrationEvent.class)
                .pipeInput(
                        agent,
                        new AgentRegistration(
                                agent,
                                "s",
                                "r",
                                null,
                                null,
                                null,
                                null,
                                null,
                                List.of(),
                                DeliveryMode.KAFKA,
                                5_000,
                                null));
    }

    @Test
    void shouldReadAndWriteTheTopicsOfTheProtocol() {
        register(AGENT);
        input(topics.agentHeartbeats(), HeartbeatEvent.class)
                .pipeInput(AGENT, new Heartbeat(AGENT, "s", HealthStatus.DEGRADED, null, null));

        var states = output(topics.agentStates(), AgentState.class);
        assertThat(states).extracting(TestRecord::key).containsExactly(AGENT, AGENT);
        assertThat(states)
                .extracting(state -> state.value().status())
                .containsExactly(AgentStatus.AVAILABLE, AgentStatus.BUSY);
        var events = output(topics.agentEvents(), AgentEvent.class);
        assertThat(events).extracting(TestRecord::key).containsExactly(AGENT, AGENT);
        assertThat(events.get(0).value().requestId()).isEqualTo("r");
        assertThat(events.get(1).value()).isInstanceOf(AgentEvent.StatusChanged.class);
    }

    @Test
    void shouldCloseTheAgentsStateWithATombstone() {
        register(AGENT);

        input(topics.agentRegistrations(), RegistrationEvent.class)
                .pipeInput(AGENT, new AgentDeregistration(AGENT, "r2", null));

        var states = output(topics.agentStates(), AgentState.class);
        assertThat(states).hasSize(2);
        assertThat(states.get(1).value()).isNull();
        assertThat(driver.getKeyValueStore(HeartbeatTopology.STORE).get(AGENT)).isNull();
    }

    @Test
    void shouldWriteTicksAndLiveByThem() {
        register(AGENT);

        for (int i = 0; i < 320; i++) {
            driver.advanceWallClockTime(Duration.ofMillis(100));
        }

        assertThat(output(topics.agentHeartbeats(), HeartbeatEvent.class))
                .extracting(TestRecord::key)
                .containsOnly("0")
                .hasSizeGreaterThan(30);
        var changes = output(topics.agentEvents(), AgentEvent.class).stream()
                .map(TestRecord::value)
                .filter(AgentEvent.StatusChanged.class::isInstance)
                .map(AgentEvent.StatusChanged.class::cast)
                .toList();
        assertThat(changes)
                .extracting(AgentEvent.StatusChanged::to)
                .containsExactly(AgentStatus.SUSPECT, AgentStatus.INACTIVE);
        // The timers ask for ticks of their own, so neither waits for the regular one.
        assertThat(changes.get(1).at() - START.toEpochMilli()).isBetween(30_000L, 30_200L);
        assertThat(meters.get("ains.agents").tag("status", "INACTIVE").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void shouldTurnATasksEndIntoTrust() {
        register(AGENT);

        input(topics.taskEvents(), TaskEvent.class)
                .pipeInput("t", new TaskEvent.Completed("t", "c", 2_000, null, AGENT, 1, null, 1_000L));

        var events = output(topics.agentEvents(), AgentEvent.class);
        assertThat(events.get(1).value())
                .isInstanceOfSatisfying(
                        AgentEvent.TrustChanged.class,
                        change -> assertThat(change.after()).isEqualTo(0.52));
        assertThat(((StoredAgent)
                                driver.getKeyValueStore(HeartbeatTopology.STORE).get(AGENT))
                        .agent()
                        .trust()
                        .meanCompletionMs())
                .isEqualTo(1_000);
    }

    @Test
    void shouldSetAsideWhatIsUnreadableOrOutOfPlace() {
        byte[] registration =
                JsonSerde.of(RegistrationEvent.class).serialize(null, new AgentDeregistration(AGENT, null, null));
        String stray = agentOf(1);
        byte[] strayRegistration =
                JsonSerde.of(RegistrationEvent.class).serialize(null, new AgentDeregistration(stray, null, null));
        byte[] fat = JsonSerde.of(HeartbeatEvent.class)
                .serialize(
                        null,
                        new Heartbeat(
                                AGENT,
                                null,
                                HealthStatus.ACTIVE,
                                null,
                                Json.MAPPER.createObjectNode().put("x", "y".repeat(4_100))));
        byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);

        setAside(topics.agentRegistrations(), "another", registration, "expected the record's key to be its agent_id");
        setAside(topics.agentRegistrations(), stray, strayRegistration, "expected the agent on partition 1");
        setAside(topics.agentRegistrations(), AGENT, garbage, "expected RegistrationEvent");
        setAside(topics.agentHeartbeats(), AGENT, fat, "expected metrics of at most 4096 bytes");
        setAside(topics.agentOutcomes(), AGENT, garbage, "expected AgentOutcome");
        setAside(topics.taskEvents(), "t", garbage, "expected TaskEvent");
        assertThat(output(topics.agentEvents(), AgentEvent.class)).isEmpty();
    }

    private void setAside(String topic, String key, byte[] value, String reason) {
        driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value, START);

        var letter = driver.createOutputTopic(
                        topics.deadLetters(), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecord();
        assertThat(letter.value()).isEqualTo(value);
        assertThat(header(letter, DeadLetters.TOPIC_HEADER)).isEqualTo(topic);
        assertThat(header(letter, DeadLetters.REASON_HEADER)).contains(reason);
    }

    private static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeMetricsThatFitInALargeRecord() {
        register(AGENT);
        var metrics = Json.MAPPER.createObjectNode().put("x", "y".repeat(4_096 - 8));

        input(topics.agentHeartbeats(), HeartbeatEvent.class)
                .pipeInput(AGENT, new Heartbeat(AGENT, null, HealthStatus.DEGRADED, null, metrics));

        var states = output(topics.agentStates(), AgentState.class);
        assertThat(states.get(1).value().metrics()).isEqualTo(metrics);
    }
}
