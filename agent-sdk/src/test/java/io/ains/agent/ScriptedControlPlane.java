package io.ains.agent;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import io.ains.testkit.TopicWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The control plane's side of the topics, under a prefix of its own: accepts every registration and hears every goodbye
 * unless told otherwise, and leaves the tasks to the test.
 */
final class ScriptedControlPlane implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);

    private static final int PARTITIONS = 2;

    final String bootstrapServers;
    final Topics topics = new Topics(TestBroker.uniquePrefix());
    final TopicReader<RegistrationEvent> registrations;
    final TopicReader<HeartbeatEvent> heartbeats;
    final TopicReader<TaskResult> results;
    private final TopicWriter writer;
    private final Tail tail;
    private volatile Function<AgentRegistration, @Nullable AgentEvent> answer = ScriptedControlPlane::accept;

    ScriptedControlPlane() {
        this(TestBroker.bootstrapServers());
    }

    ScriptedControlPlane(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        ClientSettings settings = new ClientSettings(bootstrapServers, Map.of());
        // the topics that the control plane makes, by the same means as the SDK makes its own
        new BrokerDoor(settings).partitions("scripted", List.of(), topics.fixed(), PARTITIONS, Deadline.in(SOON));
        writer = new TopicWriter(bootstrapServers);
        registrations = reader(topics.agentRegistrations(), RegistrationEvent.class);
        heartbeats = reader(topics.agentHeartbeats(), HeartbeatEvent.class);
        results = reader(topics.taskResults(), TaskResult.class);
        tail = new Tail(
                settings.consumer("scripted", null),
                List.of(
                        new TopicPartition(topics.agentRegistrations(), 0),
                        new TopicPartition(topics.agentRegistrations(), 1),
                        new TopicPartition(topics.agentHeartbeats(), 0),
                        new TopicPartition(topics.agentHeartbeats(), 1)),
                "scripted-control-plane",
                true,
                this::react,
                () -> {},
                Deadline.in(SOON));
        tail.start();
    }

    private <T> TopicReader<T> reader(String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        return TopicReader.of(bootstrapServers, topic, bytes -> serde.deserialize(topic, bytes));
    }

    private void react(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.agentRegistrations())) {
            RegistrationEvent event = Json.MAPPER.readValue(record.value(), RegistrationEvent.class);
            AgentEvent answered = event instanceof AgentRegistration registration ? answer.apply(registration) : null;
            if (answered != null) {
                tell(answered);
            }
        } else if (Json.MAPPER.readValue(record.value(), HeartbeatEvent.class) instanceof Heartbeat heartbeat
                && heartbeat.status() == HealthStatus.OFFLINE) {
            tell(new AgentEvent.StatusChanged(
                    heartbeat.agentId(),
                    1,
                    null,
                    Objects.requireNonNull(heartbeat.sessionId()),
                    AgentStatus.AVAILABLE,
                    AgentStatus.INACTIVE,
                    StatusReason.GOODBYE));
        }
    }

    void answerWith(Function<AgentRegistration, @Nullable AgentEvent> newAnswer) {
        answer = newAnswer;
    }

    static AgentEvent accept(AgentRegistration registration) {
        return new AgentEvent.Registered(
                registration.agentId(), 1, registration.requestId(), registration.sessionId(), true, 1);
    }

    static AgentEvent refuse(AgentRegistration registration, RejectionCode code, String message) {
        return new AgentEvent.RequestRejected(
                registration.agentId(),
                1,
                registration.requestId(),
                registration.sessionId(),
                "AgentRegistration",
                code,
                message);
    }

    /** A builder of an agent of this installation, without a hook that would outlive the test. */
    AgentBuilder agent(String id) {
        return Agent.builder(id)
                .bootstrapServers(bootstrapServers)
                .topicPrefix(topics.prefix())
                .drainTimeout(Duration.ofSeconds(5))
                .shutdownHook(false);
    }

    TaskClientBuilder client() {
        return TaskClient.builder().bootstrapServers(bootstrapServers).topicPrefix(topics.prefix());
    }

    /** The session of the agent's last registration. */
    String sessionOf(String agentId) {
        return registrations.awaitValues(SOON, all -> !all.isEmpty()).stream()
                .filter(event -> event.agentId().equals(agentId))
                .filter(AgentRegistration.class::isInstance)
                .map(event -> ((AgentRegistration) event).sessionId())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    TaskAssignment assignment(String agentId, String taskId, int attempt, String capability, @Nullable JsonNode input) {
        return assignment(agentId, taskId, attempt, capability, input, 60);
    }

    TaskAssignment assignment(
            String agentId,
            String taskId,
            int attempt,
            String capability,
            @Nullable JsonNode input,
            int timeoutSeconds) {
        return new TaskAssignment(
                taskId,
                agentId,
                sessionOf(agentId),
                attempt,
                capability,
                "shard-of-" + capability,
                "client-1",
                "type-1",
                input,
                null,
                5,
                timeoutSeconds,
                1);
    }

    /** Assigns a first attempt without input. */
    TaskAssignment assign(String agentId, String taskId, String capability) {
        TaskAssignment assignment = assignment(agentId, taskId, 1, capability, null);
        deliver(assignment, capability);
        return assignment;
    }

    void deliver(TaskDelivery delivery, String capability) {
        write(topics.capability(capability), delivery.agentId(), delivery);
    }

    void revoke(TaskAssignment assignment) {
        deliver(
                new TaskDelivery.TaskRevocation(
                        assignment.taskId(),
                        assignment.agentId(),
                        assignment.sessionId(),
                        assignment.attempt(),
                        "test"),
                assignment.capability());
    }

    void tell(AgentEvent event) {
        write(topics.agentEvents(), event.agentId(), event);
    }

    void write(String topic, String key, Object value) {
        writer.send(topic, key, Json.MAPPER.writeValueAsString(value));
    }

    /** What the agents said of one task, in order, once it meets the condition. */
    List<TaskResult.Report> awaitReports(String taskId, Predicate<List<TaskResult.Report>> condition) {
        results.awaitValues(SOON, all -> condition.test(reports(taskId)));
        return reports(taskId);
    }

    List<TaskResult.Report> awaitReports(String taskId, int count) {
        return awaitReports(taskId, reports -> reports.size() >= count);
    }

    List<TaskResult.Report> reports(String taskId) {
        return results.values().stream()
                .filter(TaskResult.Report.class::isInstance)
                .map(TaskResult.Report.class::cast)
                .filter(report -> report.taskId().equals(taskId))
                .toList();
    }

    List<Heartbeat> heartbeatsOf(String agentId) {
        return heartbeats.values().stream()
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .filter(heartbeat -> heartbeat.agentId().equals(agentId))
                .toList();
    }

    @Override
    public void close() {
        tail.close();
        registrations.close();
        heartbeats.close();
        results.close();
        writer.close();
    }
}
