package io.ains.heartbeat.domain;

import static io.ains.heartbeat.domain.FleetScenario.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.Json;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RegistrationEvent.CapabilityPublication;
import io.ains.protocol.RegistrationEvent.CapabilityRemoval;
import io.ains.protocol.RegistrationEvent.TrustAdjustment;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private final FleetScenario scenario = new FleetScenario();

    @Test
    void shouldMakeAnAgentAvailableWhenItRegistersFirst() {
        scenario.send(registration("a", "s1", 5_000, "ab12", List.of(Capability.of("sum", 3)), "r1"));

        assertThat(scenario.events)
                .containsExactly(new AgentEvent.Registered("a", scenario.now(), "r1", "s1", true, scenario.now()));
        var state = scenario.state("a");
        assertThat(state.status()).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(state.statusReason()).isEqualTo(StatusReason.REGISTERED);
        assertThat(state.sessionId()).isEqualTo("s1");
        assertThat(state.displayName()).isEqualTo("a");
        assertThat(state.publicKey()).isEqualTo("ab12");
        assertThat(state.capabilities()).containsExactly(Capability.of("sum", 3));
        assertThat(state.trustScore()).isEqualTo(0.5);
        assertThat(state.lastHeartbeatAt()).isNull();
        assertThat(scenario.store).containsOnlyKeys("a");
    }

    @Test
    void shouldOnlyRefreshWhenTheSameSessionRegistersAgain() {
        scenario.register("a", "s1");
        scenario.beat("a", "s1", HealthStatus.DEGRADED);
        scenario.away(100);

        scenario.send(registration("a", "s1", 1_000, null, null, "r2"));

        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.Registered("a", scenario.now(), "r2", "s1", false, FleetScenario.START));
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.BUSY);
        assertThat(scenario.state("a").heartbeatIntervalMs()).isEqualTo(1_000);
    }

    @Test
    void shouldReplaceTheOldSessionAtOnceWhenANewOneRegisters() {
        scenario.register("a", "s1");
        scenario.beat("a", "s1", HealthStatus.DEGRADED);

        scenario.register("a", "s2");

        assertThat(scenario.state("a").sessionId()).isEqualTo("s2");
        assertThat(scenario.events.subList(2, 4))
                .containsExactly(
                        new AgentEvent.Registered("a", scenario.now(), null, "s2", true, FleetScenario.START),
                        new AgentEvent.StatusChanged(
                                "a",
                                scenario.now(),
                                null,
                                "s2",
                                AgentStatus.BUSY,
                                AgentStatus.AVAILABLE,
                                StatusReason.REGISTERED));
    }

    @Test
    void shouldNotLetALateRegistrationOfAReplacedSessionEndTheLivingOne() {
        scenario.register("a", "s1");
        scenario.register("a", "s2");

        scenario.register("a", "s1");

        assertRefused(RejectionCode.STALE_SESSION);
        assertThat(scenario.state("a").sessionId()).isEqualTo("s2");
    }

    @Test
    void shouldRememberOnlyTheLatestReplacedSessions() {
        IntStream.range(0, 100).forEach(i -> scenario.register("a", "s" + i));

        assertThat(scenario.kept("a").replacedSessions())
                .hasSize(AgentRecord.MAX_REPLACED_SESSIONS)
                .endsWith("s97", "s98");
    }

    @Test
    void shouldKeepAnIdentityForItsKey() {
        scenario.send(registration("a", "s1", 5_000, "ab", null, null));

        scenario.send(registration("a", "s2", 5_000, "cd", null, "r2"));
        assertRefused(RejectionCode.IDENTITY_TAKEN);
        assertThat(scenario.lastEvent().requestId()).isEqualTo("r2");
        scenario.send(registration("a", "s2", 5_000, null, null, null));
        assertRefused(RejectionCode.IDENTITY_TAKEN);
        scenario.send(registration("a", "s2", 5_000, "AB", null, null));
        assertThat(scenario.state("a").sessionId()).isEqualTo("s2");
    }

    @Test
    void shouldKeepPublishedCapabilitiesWhenARegistrationNamesNone() {
        scenario.send(registration("a", "s1", 5_000, null, List.of(Capability.of("x", 1)), null));

        scenario.register("a", "s2");
        assertThat(scenario.state("a").capabilities()).containsExactly(Capability.of("x", 1));
        scenario.send(registration("a", "s2", 5_000, null, List.of(), null));
        assertThat(scenario.state("a").capabilities()).isEmpty();
    }

    @Test
    void shouldBringASilentAgentBackWhenItsSessionRegistersAgain() {
        scenario.register("a", "s1");
        scenario.pass(40_000);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);

        scenario.register("a", "s1");

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.lastEvent()).isInstanceOf(AgentEvent.StatusChanged.class);
    }

    static List<RegistrationEvent> invalid() {
        List<Capability> tooMany =
                IntStream.range(0, 101).mapToObj(i -> Capability.of("c" + i, 1)).toList();
        var schema = Json.MAPPER.getNodeFactory().stringNode("x".repeat(Checks.MAX_TEXT));
        var fat = new Capability("c", 1, null, null, schema, null, null, null, null, null, null, null, false);
        return List.of(
                registration("a b", "s"),
                registration("a", ""),
                registration("a", "s", 499, null, null, null),
                registration("a", "s", 300_001, null, null, null),
                registration("a", "s", 5_000, "xyz", null, null),
                registration("a", "s", 5_000, null, null, "r r"),
                registration("a", "s", 5_000, null, List.of(Capability.of("c d", 1)), null),
                registration("a", "s", 5_000, null, List.of(Capability.of("c", 0)), null),
                registration("a", "s", 5_000, null, List.of(Capability.of("c", 10_001)), null),
                registration("a", "s", 5_000, null, List.of(Capability.of("c", 1), Capability.of("c", 2)), null),
                registration("a", "s", 5_000, null, tooMany, null),
                registration("a", "s", 5_000, null, List.of(fat), null),
                new CapabilityPublication("known", null, Capability.of("c", 0)),
                new CapabilityPublication("known", null, fat),
                new TrustAdjustment("known", null, 1.01, null),
                new TrustAdjustment("known", null, Double.NaN, null));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void shouldRefuseWhatIsOutOfBounds(RegistrationEvent request) {
        scenario.register("known", "s");
        var before = scenario.kept("known");

        scenario.send(request);

        assertRefused(RejectionCode.INVALID);
        assertThat(((AgentEvent.RequestRejected) scenario.lastEvent()).message())
                .matches("(?s)expected .+, but got .+");
        assertThat(scenario.store).containsOnlyKeys("known").containsValue(before);
        assertThat(scenario.statesTold).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 300_000})
    void shouldTakeTheBoundsOfTheInterval(int intervalMs) {
        scenario.register("a", "s", intervalMs);

        assertThat(scenario.state("a").heartbeatIntervalMs()).isEqualTo(intervalMs);
    }

    @Test
    void shouldRefuseEveryRequestAboutAnUnknownAgent() {
        List<RegistrationEvent> requests = List.of(
                new AgentDeregistration("a", "r", null),
                new CapabilityPublication("a", "r", Capability.of("c", 1)),
                new CapabilityRemoval("a", "r", "c"),
                new TrustAdjustment("a", "r", 0.1, null));

        for (RegistrationEvent request : requests) {
            scenario.send(request);
            assertRefused(RejectionCode.UNKNOWN_AGENT);
            var refusal = (AgentEvent.RequestRejected) scenario.lastEvent();
            assertThat(refusal.requestId()).isEqualTo("r");
            assertThat(refusal.request()).isEqualTo(request.getClass().getSimpleName());
        }
        assertThat(scenario.store).isEmpty();
    }

    @Test
    void shouldAddReplaceAndRemoveCapabilities() {
        scenario.register("a", "s");

        scenario.send(new CapabilityPublication("a", "r1", Capability.of("x", 1)));
        scenario.send(new CapabilityPublication("a", "r2", Capability.of("y", 1)));
        scenario.send(new CapabilityPublication("a", "r3", Capability.of("x", 5)));
        assertThat(scenario.state("a").capabilities()).containsExactly(Capability.of("x", 5), Capability.of("y", 1));
        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.CapabilityPublished("a", scenario.now(), "r3", Capability.of("x", 5)));
        scenario.send(new CapabilityRemoval("a", "r4", "x"));
        assertThat(scenario.state("a").capabilities()).containsExactly(Capability.of("y", 1));
        assertThat(scenario.lastEvent()).isEqualTo(new AgentEvent.CapabilityRemoved("a", scenario.now(), "r4", "x"));
        scenario.send(new CapabilityRemoval("a", "r5", "x"));
        assertRefused(RejectionCode.UNKNOWN_CAPABILITY);
    }

    @Test
    void shouldForgetADeregisteredAgent() {
        scenario.register("a", "s");

        scenario.send(new AgentDeregistration("a", "r", "old"));

        assertThat(scenario.lastEvent()).isEqualTo(new AgentEvent.Deregistered("a", scenario.now(), "r", "s", "old"));
        assertThat(scenario.store).isEmpty();
        assertThat(scenario.states).isEmpty();
        scenario.pass(60_000);
        assertThat(scenario.states).isEmpty();
        assertThat(scenario.fleet().counts().available()).isZero();
        scenario.send(new AgentDeregistration("a", "r2", null));
        assertRefused(RejectionCode.UNKNOWN_AGENT);
    }

    @Test
    void shouldClampATrustAdjustmentAndTellWhatWasApplied() {
        scenario.register("a", "s");

        scenario.send(new TrustAdjustment("a", "r", 0.9, "good work"));

        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.TrustChanged(
                        "a", scenario.now(), "r", "ADJUSTED", 0.5, 0.5, 1.0, "good work", null));
        assertThat(scenario.state("a").trustScore()).isEqualTo(1.0);
    }

    private void assertRefused(RejectionCode code) {
        assertThat(scenario.lastEvent())
                .isInstanceOfSatisfying(
                        AgentEvent.RequestRejected.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
