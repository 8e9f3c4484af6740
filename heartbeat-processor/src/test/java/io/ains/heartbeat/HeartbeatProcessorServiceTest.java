package io.ains.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Topics;
import io.ains.service.DeadLetters;
import io.ains.testkit.RunningService;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatProcessorServiceTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final JsonSerde<RegistrationEvent> REGISTRATIONS = JsonSerde.of(RegistrationEvent.class);
    private static final JsonSerde<HeartbeatEvent> HEARTBEATS = JsonSerde.of(HeartbeatEvent.class);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path stateDir;

    private final Topics topics = new Topics(TestBroker.uniquePrefix());
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable RunningService service;

    @BeforeEach
    void startService() {
        startService("7d");
    }

    private void startService(String archiveAfter) {
        service = new RunningService(
                HeartbeatProcessorApplication.builder(),
                TestBroker.bootstrapServers(),
                "ains.topic-prefix=" + topics.prefix(),
                "ains.partitions=2",
                "ains.heartbeat.archive-after=" + archiveAfter,
                "ains.streams.state-dir=" + stateDir);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
    }

    @AfterEach
    void stopService() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        Objects.requireNonNull(service).close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return Objects.requireNonNull(service).get(path);
    }

    private <T> TopicReader<T> read(String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        TopicReader<T> reader = TopicReader.of(topic, bytes -> serde.deserialize(null, bytes));
        open.add(reader);
        return reader;
    }

    private TopicWriter writer() {
        TopicWriter writer = new TopicWriter();
        open.add(writer);
        return writer;
    }

    private void register(TopicWriter writer, String agent, String session, int intervalMs) {
        register(writer, agent, session, intervalMs, null);
    }

    private void register(
            TopicWriter writer, String agent, String session, int intervalMs, @Nullable String publicKey) {
        var registration = new AgentRegistration(
                agent,
                session,
                "r-" + session,
                null,
                null,
                null,
                publicKey,
                null,
                List.of(),
                DeliveryMode.KAFKA,
                intervalMs,
                null);
        writer.send(topics.agentRegistrations(), agent, REGISTRATIONS.serialize(null, registration), Map.of());
    }

    private void beat(TopicWriter writer, String agent, String session, HealthStatus status) {
        var heartbeat = new Heartbeat(agent, session, status, 1L, null);
        writer.send(topics.agentHeartbeats(), agent, HEARTBEATS.serialize(null, heartbeat), Map.of());
    }

    private static List<AgentEvent.StatusChanged> changes(List<AgentEvent> events) {
        return events.stream()
                .filter(AgentEvent.StatusChanged.class::isInstance)
                .map(AgentEvent.StatusChanged.class::cast)
                .toList();
    }

    @Test
    void shouldFollowAnAgentFromRegistrationToDeathAndBack() {
        TopicReader<AgentState> states = read(topics.agentStates(), AgentState.class);
        TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
        TopicWriter writer = writer();

        register(writer, "a", "s1", 500);
        events.awaitValues(SOON, all -> all.stream().anyMatch(AgentEvent.Registered.class::isInstance));
        beat(writer, "a", "s1", HealthStatus.DEGRADED);
        beat(writer, "a", "s1", HealthStatus.ACTIVE);
        events.awaitValues(SOON, all -> changes(all).size() == 4);

        List<AgentEvent.StatusChanged> changes = changes(events.values());
        assertThat(changes)
                .extracting(AgentEvent.StatusChanged::to)
                .containsExactly(AgentStatus.BUSY, AgentStatus.AVAILABLE, AgentStatus.SUSPECT, AgentStatus.INACTIVE);
        long lastSeen = changes.get(1).at();
        assertThat(changes.get(2).at() - lastSeen).isBetween(1_500L, 2_500L);
        assertThat(changes.get(3).at() - lastSeen).isBetween(3_000L, 4_000L);
        states.await(SOON, all -> {
            AgentState last = states.latestByKey().get("a");
            return last != null && last.status() == AgentStatus.INACTIVE && last.statusReason() == StatusReason.SILENCE;
        });
        beat(writer, "a", "s1", HealthStatus.ACTIVE);
        events.awaitValues(
                SOON, all -> changes(all).stream().anyMatch(change -> change.from() == AgentStatus.INACTIVE));
    }

    private static AgentEvent answerTo(TopicReader<AgentEvent> events, String session) {
        String request = "r-" + session;
        return events
                .awaitValues(SOON, all -> all.stream().anyMatch(event -> request.equals(event.requestId())))
                .stream()
                .filter(event -> request.equals(event.requestId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldGiveAnIdToNobodyButItsKeyAndToOneSessionAtATime() throws Exception {
        TopicReader<AgentState> states = read(topics.agentStates(), AgentState.class);
        TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
        TopicWriter writer = writer();

        register(writer, "a", "s1", 60_000, "c0ffee");
        assertThat(answerTo(events, "s1")).isInstanceOf(AgentEvent.Registered.class);
        register(writer, "a", "thief", 60_000, "beef");
        assertThat(answerTo(events, "thief"))
                .isInstanceOfSatisfying(
                        AgentEvent.RequestRejected.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.IDENTITY_TAKEN));
        register(writer, "a", "s2", 60_000, "c0ffee");
        assertThat(answerTo(events, "s2"))
                .isInstanceOfSatisfying(
                        AgentEvent.Registered.class,
                        registered -> assertThat(registered.newSession()).isTrue());
        beat(writer, "a", "s1", HealthStatus.OFFLINE);
        beat(writer, "a", "s2", HealthStatus.DEGRADED);
        states.await(SOON, all -> {
            AgentState last = states.latestByKey().get("a");
            return last != null && last.sessionId().equals("s2") && last.status() == AgentStatus.BUSY;
        });
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/metrics").body())
                        .containsPattern("ains_heartbeats_total\\{partition=\"\\d\",result=\"stale_session\"} 1\\.0"));
        assertThat(events.values())
                .filteredOn(event -> event instanceof AgentEvent.RequestRejected refusal
                        && refusal.code() == RejectionCode.STALE_SESSION)
                .hasSize(1);

        writer.send(
                topics.agentRegistrations(),
                "a",
                REGISTRATIONS.serialize(null, new AgentDeregistration("a", "r-end", null)),
                Map.of());
        assertThat(answerTo(events, "end")).isInstanceOf(AgentEvent.Deregistered.class);
        states.await(SOON, all -> all.get(all.size() - 1).value() == null);
        assertThat(states.latestByKey()).isEmpty();
    }

    @Test
    void shouldArchiveAnAgentThatIsLongDeadAndBringItsHistoryBack() {
        TopicReader<AgentState> states = read(topics.agentStates(), AgentState.class);
        TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
        TopicWriter writer = writer();
        register(writer, "a", "s1", 500);
        writer.send(
                topics.taskEvents(),
                "t",
                JsonSerde.of(TaskEvent.class)
                        .serialize(null, new TaskEvent.Completed("t", "c", 2_000, null, "a", 1, null, 1_000L)),
                Map.of());
        events.awaitValues(SOON, all -> all.stream().anyMatch(AgentEvent.TrustChanged.class::isInstance));

        Objects.requireNonNull(service).close();
        startService("1s");
        events.awaitValues(SOON, all -> all.stream().anyMatch(AgentEvent.Archived.class::isInstance));
        states.await(SOON, all -> all.get(all.size() - 1).value() == null);
        register(writer, "a", "s2", 60_000);
        answerTo(events, "s2");

        states.await(SOON, all -> states.latestByKey().containsKey("a"));
        AgentState back = Objects.requireNonNull(states.latestByKey().get("a"));
        assertThat(back.tasksCompleted()).isEqualTo(1);
        assertThat(back.trustScore()).isEqualTo(0.52);
        assertThat(back.registeredAt()).isEqualTo(((AgentEvent.Registered) answerTo(events, "s1")).firstRegisteredAt());
        assertThat(back.status()).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldSetGarbageAsideWithItsOriginAndGoOn() {
        TopicReader<byte[]> deadLetters = TopicReader.ofBytes(topics.deadLetters());
        open.add(deadLetters);
        TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
        TopicWriter writer = writer();
        List<String> inputs = List.of(
                topics.agentRegistrations(), topics.agentHeartbeats(), topics.agentOutcomes(), topics.taskEvents());

        inputs.forEach(topic -> writer.send(topic, "a", "{\"type\":\"Nonsense\""));
        List<String> emptyOnes = List.of(topics.agentRegistrations(), topics.agentHeartbeats());
        writer.send(topics.agentRegistrations(), "a", null, Map.of());
        emptyOnes.forEach(topic -> writer.send(topic, null, null, Map.of()));
        register(writer, "a", "s1", 5_000);

        events.awaitValues(SOON, all -> all.stream().anyMatch(event -> "r-s1".equals(event.requestId())));
        List<String> origins = new ArrayList<>(inputs);
        origins.add(topics.agentRegistrations());
        origins.addAll(emptyOnes);
        List<ConsumerRecord<String, byte[]>> letters = deadLetters.await(SOON, all -> all.size() >= origins.size());
        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetters.TOPIC_HEADER))
                .containsExactlyInAnyOrderElementsOf(origins);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(header(letter, DeadLetters.REASON_HEADER)).startsWith("expected");
            assertThat(header(letter, DeadLetters.SERVICE_HEADER)).isEqualTo("heartbeat-processor");
        });
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowItsMetrics() throws Exception {
        TopicReader<AgentEvent> events = read(topics.agentEvents(), AgentEvent.class);
        TopicWriter writer = writer();
        beat(writer, "stranger", "s1", HealthStatus.ACTIVE);
        register(writer, "a", "s1", 5_000);
        events.awaitValues(SOON, all -> all.size() == 2);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/metrics").body())
                        .contains("ains_agents{status=\"AVAILABLE\"} 1.0")
                        .containsPattern("ains_heartbeats_total\\{partition=\"\\d\",result=\"unknown_agent\"} 1\\.0")
                        .contains("ains_self_preservation 0.0")
                        .contains("ains_tick_age_seconds{partition=\"0\"}"));
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }
}
