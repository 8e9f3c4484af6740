package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.Capability;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.RejectionCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class AgentLifeTest extends AgainstControlPlaneTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shouldStartOnceTheControlPlaneHasAcceptedItsRegistration() {
        Agent agent = plane().agent("starter")
                .capability(Capability.of("start-me", 3), task -> null)
                .displayName("Starter")
                .publicKey("c0ffee")
                .tags("a", "b")
                .heartbeatInterval(Duration.ofMillis(700))
                .metrics(() -> Map.of("load", 0.5))
                .capabilityPartitions(5)
                .build();

        try (agent) {
            agent.start();

            assertThat(agent.isRunning()).isTrue();
            AgentRegistration registration = plane().registrations.values().stream()
                    .filter(event -> event.agentId().equals("starter"))
                    .map(AgentRegistration.class::cast)
                    .findFirst()
                    .orElseThrow();
            assertThat(registration.displayName()).isEqualTo("Starter");
            assertThat(registration.publicKey()).isEqualTo("c0ffee");
            assertThat(registration.tags()).containsExactly("a", "b");
            assertThat(registration.heartbeatIntervalMs()).isEqualTo(700);
            assertThat(registration.capabilities()).containsExactly(Capability.of("start-me", 3));
            await().atMost(SOON).until(() -> plane().heartbeatsOf("starter").size() >= 2);
        }

        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
        Heartbeat first = plane().heartbeatsOf("starter").get(0);
        assertThat(first.sessionId()).isEqualTo(plane().sessionOf("starter"));
        assertThat(first.status()).isEqualTo(HealthStatus.ACTIVE);
        JsonNode metrics = Objects.requireNonNull(first.metrics());
        assertThat(metrics.get("load").doubleValue()).isEqualTo(0.5);
        assertThat(metrics.get("heartbeat_lateness_ms").longValue()).isNotNegative();
    }

    static Stream<Supplier<HealthStatus>> ailing() {
        return Stream.of(() -> HealthStatus.DEGRADED, () -> HealthStatus.OFFLINE, () -> {
            throw new IllegalStateException("this test's supplier does not know");
        });
    }

    @ParameterizedTest
    @MethodSource("ailing")
    void shouldSayThatItIsDegradedAndComeBackWhenItIsWell(Supplier<HealthStatus> ailing) {
        String id = "ailing-" + UUID.randomUUID();
        AtomicReference<Supplier<HealthStatus>> health = new AtomicReference<>(ailing);
        try (Agent agent = plane().agent(id)
                .capability("ail", task -> null)
                .heartbeatInterval(Duration.ofMillis(500))
                .health(() -> Objects.requireNonNull(health.get()).get())
                .build()
                .start()) {
            await().atMost(SOON).until(() -> lastHealthOf(id) == HealthStatus.DEGRADED);

            health.set(() -> HealthStatus.ACTIVE);

            await().atMost(SOON).until(() -> lastHealthOf(id) == HealthStatus.ACTIVE);
            assertThat(agent.isRunning()).isTrue();
        }
        assertThat(lastHealthOf(id)).isEqualTo(HealthStatus.OFFLINE);
    }

    private static HealthStatus lastHealthOf(String agentId) {
        List<Heartbeat> all = plane().heartbeatsOf(agentId);
        return all.isEmpty() ? HealthStatus.ACTIVE : all.get(all.size() - 1).status();
    }

    @Test
    void shouldShowItsPositionsToLagTools() throws Exception {
        Agent agent = plane().agent("lagging")
                .capability("lag-topic", task -> null)
                .capabilityPartitions(4)
                .build();
        try (agent) {
            agent.start();
        }

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", plane().bootstrapServers))) {
            Set<TopicPartition> committed = admin.listConsumerGroupOffsets(
                            plane().topics.prefix() + "agent.lagging")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet();
            assertThat(committed).hasSize(2);
            assertThat(committed)
                    .extracting(TopicPartition::topic)
                    .containsExactlyInAnyOrder(
                            plane().topics.capability("lag-topic"),
                            plane().topics.agentEvents());
        }
    }

    @Test
    void shouldSayThatItsIdBelongsToAnotherKey() {
        plane().answerWith(registration -> registration.agentId().equals("taken")
                ? ScriptedControlPlane.refuse(registration, RejectionCode.IDENTITY_TAKEN, "another key")
                : ScriptedControlPlane.accept(registration));
        Agent agent = plane().agent("taken").capability("c", task -> null).build();

        assertThatThrownBy(agent::start)
                .isInstanceOf(AinsException.IdentityTaken.class)
                .hasMessage("another key");
        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
        assertNoThreadOf("taken");
    }

    @Test
    void shouldSayThatTheControlPlaneDoesNotAnswer() {
        plane().answerWith(registration ->
                registration.agentId().equals("unheard") ? null : ScriptedControlPlane.accept(registration));
        Agent agent = plane().agent("unheard")
                .capability("c", task -> null)
                .startTimeout(SECOND)
                .build();

        assertThatThrownBy(agent::start)
                .isInstanceOf(AinsException.NoAnswer.class)
                .hasMessageContaining("unheard within PT1S");
        assertNoThreadOf("unheard");
        // the control plane may read the registration when it is back
        await().atMost(SOON).until(() -> plane().heartbeatsOf("unheard").size() == 1);
        assertThat(lastHealthOf("unheard")).isEqualTo(HealthStatus.OFFLINE);
    }

    @Test
    void shouldNameTheBootstrapServersThatDoNotAnswer() {
        Agent agent = Agent.builder("lonely")
                .bootstrapServers("127.0.0.1:1")
                .capability("c", task -> null)
                .startTimeout(SECOND)
                .shutdownHook(false)
                .build();

        assertThatThrownBy(agent::start)
                .isInstanceOf(AinsException.BrokerUnreachable.class)
                .hasMessageContaining("bootstrap.servers=127.0.0.1:1");
    }

    @Test
    void shouldNameTheBootstrapServersThatDoNotExist() {
        Agent agent = Agent.builder("lonely")
                .bootstrapServers("no-such-host.invalid:9092")
                .capability("c", task -> null)
                .startTimeout(SECOND)
                .shutdownHook(false)
                .build();

        assertThatThrownBy(agent::start)
                .isInstanceOf(AinsException.BrokerUnreachable.class)
                .hasMessageContaining("bootstrap.servers=no-such-host.invalid:9092");
    }

    @Test
    void shouldNameTheTopicsThatAreMissing() {
        Agent agent = plane().agent("early")
                .topicPrefix("nobody-runs-this.")
                .capability("c", task -> null)
                .startTimeout(SECOND)
                .build();

        assertThatThrownBy(agent::start)
                .isInstanceOf(AinsException.TopicsMissing.class)
                .hasMessageContaining("nobody-runs-this.agent.registrations");
    }

    @Test
    void shouldEndAStartThatIsClosed() throws Exception {
        Agent agent = Agent.builder("impatient")
                .bootstrapServers("127.0.0.1:1")
                .capability("c", task -> null)
                .startTimeout(Duration.ofMinutes(10))
                .shutdownHook(false)
                .build();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread starter = new Thread(() -> {
            try {
                agent.start();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        });
        starter.start();
        await().until(() -> agent.state() == Agent.State.STARTING);

        agent.close();

        starter.join(SOON.toMillis());
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("was DRAINING");
        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
    }

    @Test
    void shouldHeartbeatWhileItsHandlerAndItsSuppliersHang() {
        CountDownLatch never = new CountDownLatch(1);
        Agent agent = plane().agent("stuck")
                .capability("hang", task -> never.await(1, TimeUnit.HOURS))
                .metrics(() -> {
                    hang(never);
                    return Map.of();
                })
                .heartbeatInterval(Duration.ofMillis(500))
                .drainTimeout(Duration.ZERO)
                .build();
        try (agent) {
            agent.start();
            plane().assign("stuck", "hanging", "hang");
            plane().awaitReports("hanging", 1);
            int before = plane().heartbeatsOf("stuck").size();

            await().atMost(SOON).until(() -> plane().heartbeatsOf("stuck").size() >= before + 4);
        }
        assertNoThreadOf("stuck");
    }

    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldStopWhenItIsReplaced() {
        CountDownLatch interrupted = new CountDownLatch(1);
        Agent agent = plane().agent("replaced")
                .capability("long", task -> {
                    try {
                        return new CountDownLatch(1).await(1, TimeUnit.HOURS);
                    } finally {
                        interrupted.countDown();
                    }
                })
                .build();
        agent.start();
        plane().assign("replaced", "kept-by-the-other", "long");
        plane().awaitReports("kept-by-the-other", 1);

        plane().tell(new AgentEvent.Registered("replaced", 2, "r", "newer-session", true, 1));

        await().atMost(SOON).until(() -> agent.state() == Agent.State.REPLACED);
        await().atMost(SOON).until(() -> interrupted.getCount() == 0);
        await().atMost(SOON).untilAsserted(() -> assertNoThreadOf("replaced"));
        agent.close();
        assertThat(agent.state()).isEqualTo(Agent.State.REPLACED);
        assertThat(plane().reports("kept-by-the-other")).hasSize(1);
        assertThat(plane().heartbeatsOf("replaced"))
                .extracting(Heartbeat::status)
                .doesNotContain(HealthStatus.OFFLINE);
    }

    @Test
    void shouldStopWhenItIsDeregistered() {
        Agent agent =
                plane().agent("fired").capability("c", task -> null).build().start();

        plane().tell(new AgentEvent.Deregistered("fired", 2, null, plane().sessionOf("fired"), "test"));

        await().atMost(SOON).until(() -> agent.state() == Agent.State.DEREGISTERED);
        await().atMost(SOON).untilAsserted(() -> assertNoThreadOf("fired"));
    }

    @Test
    void shouldRegisterAgainWhenTheControlPlaneHasLostIt() {
        try (Agent agent =
                plane().agent("lost").capability("c", task -> null).build().start()) {
            String session = plane().sessionOf("lost");
            AgentEvent unknown = new AgentEvent.RequestRejected(
                    "lost", 2, null, session, "Heartbeat", RejectionCode.UNKNOWN_AGENT, "expected a registered agent");

            plane().tell(unknown);
            plane().tell(unknown);

            plane().registrations
                    .awaitValues(SOON, all -> registrationsOf("lost").size() == 2);
            assertThat(registrationsOf("lost"))
                    .extracting(AgentRegistration::sessionId)
                    .containsOnly(session);
            assertThat(agent.isRunning()).isTrue();
        }
        assertThat(registrationsOf("lost")).hasSize(2);
    }

    private static List<AgentRegistration> registrationsOf(String agentId) {
        return plane().registrations.values().stream()
                .filter(event -> event.agentId().equals(agentId))
                .map(AgentRegistration.class::cast)
                .toList();
    }

    private static void assertNoThreadOf(String agentId) {
        Set<String> names = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(agentId))
                .collect(Collectors.toSet());
        assertThat(names).isEmpty();
    }
}
