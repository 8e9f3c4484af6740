package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private final FleetScenario scenario = new FleetScenario();

    @Test
    void shouldFollowWhatTheAgentSaysOfItself() {
        scenario.register("a", "s");

        scenario.beat("a", "s", HealthStatus.DEGRADED);
        assertStatus(AgentStatus.BUSY, StatusReason.HEARTBEAT);
        scenario.beat("a", "s", HealthStatus.ACTIVE);
        assertStatus(AgentStatus.AVAILABLE, StatusReason.HEARTBEAT);
        scenario.beat("a", "s", HealthStatus.OFFLINE);
        assertStatus(AgentStatus.INACTIVE, StatusReason.GOODBYE);
        scenario.beat("a", null, HealthStatus.ACTIVE);
        assertStatus(AgentStatus.AVAILABLE, StatusReason.HEARTBEAT);
        assertThat(scenario.events(AgentEvent.StatusChanged.class)).hasSize(4);
    }

    @Test
    void shouldTellAndKeepNothingForAHeartbeatWithoutNews() {
        scenario.register("a", "s");
        int told = scenario.statesTold;
        AgentRecord kept = scenario.kept("a");

        IntStream.range(0, 100).forEach(i -> scenario.beat("a", "s", HealthStatus.ACTIVE));

        assertThat(scenario.statesTold).isEqualTo(told);
        assertThat(scenario.kept("a")).isSameAs(kept);
        assertThat(scenario.events).hasSize(1);
        assertThat(scenario.counted(Counted.HEARTBEAT_TAKEN)).isEqualTo(100);
    }

    @Test
    void shouldSuspectAfterThreeIntervalsAndGiveUpAfterSix() {
        scenario.register("a", "s");
        scenario.pass(14_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.pass(1);
        assertStatus(AgentStatus.SUSPECT, StatusReason.SILENCE);
        scenario.pass(14_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);

        scenario.pass(1);

        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
        assertThat(scenario.state("a").statusSince()).isEqualTo(scenario.now());
        assertThat(scenario.fleet().counts().inactive()).isEqualTo(1);
        assertThat(scenario.fleet().nextDeadline()).isEqualTo(scenario.now() + FleetScenario.SETTINGS.archiveAfterMs());
    }

    @Test
    void shouldGoByTheIntervalThatTheAgentRegistered() {
        scenario.register("a", "s", 500);

        assertThat(scenario.fleet().nextDeadline()).isEqualTo(scenario.now() + 1_500);
        scenario.pass(1_500);
        assertStatus(AgentStatus.SUSPECT, StatusReason.SILENCE);
        assertThat(scenario.fleet().nextDeadline()).isEqualTo(scenario.now() + 1_500);
        scenario.pass(1_500);
        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
    }

    @Test
    void shouldObeyAShorterIntervalAtOnce() {
        scenario.register("a", "s", 300_000);
        scenario.tick();

        scenario.register("a", "s", 500);

        assertThat(scenario.fleet().nextDeadline()).isEqualTo(scenario.now() + 1_500);
        scenario.pass(3_000);
        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
    }

    @Test
    void shouldNotAskForATickWhileAgentsLive() {
        scenario.register("a", "s", 1_000);
        scenario.passBeating(60_000, "a");

        assertThat(scenario.fleet().nextDeadline()).isEqualTo(scenario.now() + 3_000);
        assertThat(scenario.events).hasSize(1);
    }

    @Test
    void shouldBringASuspectAndADeadAgentBackByAHeartbeat() {
        scenario.register("a", "s");
        scenario.pass(20_000);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);
        scenario.beat("a");
        assertStatus(AgentStatus.AVAILABLE, StatusReason.HEARTBEAT);
        scenario.pass(14_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.pass(20_000);
        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);

        scenario.beat("a", "s", HealthStatus.DEGRADED);

        assertStatus(AgentStatus.BUSY, StatusReason.HEARTBEAT);
        scenario.pass(30_000);
        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
    }

    @Test
    void shouldTurnAGoodbyeIntoSilenceOnlyWhenTheAgentHasStoppedBeating() {
        scenario.register("a", "s");
        for (int i = 0; i < 60; i++) {
            scenario.beat("a", "s", HealthStatus.OFFLINE);
            scenario.pass(1_000);
        }
        assertStatus(AgentStatus.INACTIVE, StatusReason.GOODBYE);
        long since = scenario.state("a").statusSince();
        scenario.pass(28_999);
        assertStatus(AgentStatus.INACTIVE, StatusReason.GOODBYE);

        scenario.pass(1);

        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
        assertThat(scenario.state("a").statusSince()).isEqualTo(since);
        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.StatusChanged(
                        "a",
                        scenario.now(),
                        null,
                        "s",
                        AgentStatus.INACTIVE,
                        AgentStatus.INACTIVE,
                        StatusReason.SILENCE));
    }

    @Test
    void shouldTakeTheGoodbyeOfAnAgentThatWasGivenUp() {
        scenario.register("a", "s");
        scenario.pass(30_000);

        scenario.beat("a", "s", HealthStatus.OFFLINE);

        assertStatus(AgentStatus.INACTIVE, StatusReason.GOODBYE);
        int told = scenario.events.size();
        scenario.beat("a", "s", HealthStatus.OFFLINE);
        assertThat(scenario.events).hasSize(told);
    }

    @Test
    void shouldTellForHowMuchOfTheTimeTheAgentWasUp() {
        scenario.register("a", "s");
        scenario.pass(60_000);

        scenario.beat("a");

        // Up for the fifteen seconds until it was suspected, of the sixty that are known.
        assertThat(scenario.state("a").availability1m()).isBetween(2 / 12.0, 3 / 12.0);
        assertThat(scenario.state("a").availability60m())
                .isEqualTo(scenario.state("a").availability5m());
    }

    @Test
    void shouldKeepNobodyAliveByTheHeartbeatsOfAReplacedSession() {
        scenario.register("a", "s1");
        scenario.register("a", "s2");

        for (int i = 0; i < 30; i++) {
            scenario.beat("a", "s1", HealthStatus.ACTIVE);
            scenario.pass(1_000);
        }

        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
        assertThat(scenario.counted(Counted.HEARTBEAT_OF_STALE_SESSION)).isEqualTo(30);
        var refusals = scenario.events(AgentEvent.RequestRejected.class);
        assertThat(refusals).hasSize(1);
        assertThat(refusals.get(0).code()).isEqualTo(RejectionCode.STALE_SESSION);
        assertThat(refusals.get(0).sessionId()).isEqualTo("s1");
    }

    @Test
    void shouldRefuseAStrangersHeartbeatsOnceAMinute() {
        for (int i = 0; i < 121; i++) {
            scenario.beat("stranger", "s", HealthStatus.ACTIVE);
            scenario.pass(1_000);
        }

        assertThat(scenario.events(AgentEvent.RequestRejected.class))
                .hasSize(3)
                .allMatch(refusal -> refusal.code() == RejectionCode.UNKNOWN_AGENT);
        assertThat(scenario.counted(Counted.HEARTBEAT_OF_UNKNOWN_AGENT)).isEqualTo(121);
        assertThat(scenario.store).isEmpty();
    }

    @Test
    void shouldNotRepeatAnIllegalIdInARefusal() {
        scenario.beat("no\nid", "s", HealthStatus.ACTIVE);

        assertThat(scenario.events).isEmpty();
    }

    @Test
    void shouldTellWhatHeartbeatsSayAtTheNextRefresh() {
        scenario.register("a", "s");
        var metrics = Json.MAPPER.createObjectNode().put("load", 0.5);
        scenario.pass(1_000);
        scenario.fleet().heartbeat(new Heartbeat("a", "s", HealthStatus.ACTIVE, 77L, metrics), scenario.now());
        long at = scenario.now();

        scenario.pass(1_000);

        assertThat(scenario.state("a").lastHeartbeatAt()).isEqualTo(at);
        assertThat(scenario.state("a").uptimeMs()).isEqualTo(77);
        assertThat(scenario.state("a").metrics()).hasToString("{\"load\":0.5}");
        scenario.register("a", "s2");
        assertThat(scenario.state("a").uptimeMs()).isNull();
        assertThat(scenario.state("a").metrics()).isNull();
    }

    @Test
    void shouldGiveAFullGracePeriodWhenTheControlPlaneWasAway() {
        scenario.register("a", "s");
        scenario.pass(14_000);

        scenario.away(600_000);
        scenario.tick();

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.counted(Counted.GRACE)).isEqualTo(1);
        scenario.pass(14_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.pass(15_001);
        assertStatus(AgentStatus.INACTIVE, StatusReason.SILENCE);
    }

    @Test
    void shouldGiveASuspectAgentAFullGracePeriodToo() {
        scenario.register("a", "s");
        scenario.pass(29_000);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);

        scenario.away(FleetScenario.SETTINGS.gapMs());
        scenario.pass(29_999);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);
        // The gap was found at the first tick, a second after it ended.
        scenario.pass(1_001);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);
    }

    @Test
    void shouldCountALateTickThatIsNoGapAsTime() {
        scenario.register("a", "s");
        scenario.pass(14_000);

        scenario.away(FleetScenario.SETTINGS.gapMs() - 1);
        scenario.tick();

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);
    }

    @Test
    void shouldKillNobodyWhenAMillionRecordsBehind() {
        String[] living = IntStream.range(0, 500).mapToObj(i -> "agent-" + i).toArray(String[]::new);
        for (String agent : living) {
            scenario.register(agent, "s", 500);
        }
        scenario.register("silent", "s", 500);
        scenario.tick();

        // Half an hour with no tick in the log, because nobody was there to write one, and ten minutes with.
        for (int second = 0; second < 1_500; second++) {
            scenario.away(1_000);
            for (String agent : living) {
                scenario.beat(agent);
            }
        }
        scenario.passBeating(600_000, living);

        assertThat(scenario.counted(Counted.HEARTBEAT_TAKEN)).isGreaterThan(1_000_000);
        assertThat(scenario.fleet().counts().available()).isEqualTo(living.length);
        assertThat(scenario.status("silent")).isEqualTo(AgentStatus.INACTIVE);
        assertThat(scenario.events(AgentEvent.StatusChanged.class))
                .extracting(AgentEvent::agentId)
                .containsOnly("silent");
    }

    @Test
    void shouldGiveAnAgentUntilTheEndOfTheGraceToBeHeardOfAgain() {
        scenario.register("a", "s");
        scenario.away(60_000);
        scenario.tick();

        scenario.pass(29_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.beat("a");
        scenario.pass(14_999);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.events(AgentEvent.StatusChanged.class)).isEmpty();
    }

    @Test
    void shouldNotHoldARegistrationThatComesLateAgainstTheAgent() {
        scenario.pass(60_000);

        scenario.fleet().registration(FleetScenario.registration("a", "s"), scenario.now() - 50_000);
        scenario.pass(14_999);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldIgnoreTimeThatRunsBackwards() {
        scenario.register("a", "s");
        scenario.pass(10_000);

        scenario.fleet().tick(scenario.now() - 5_000);
        scenario.pass(4_999);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.pass(1);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);
        assertThat(scenario.counted(Counted.GRACE)).isZero();
    }

    private void assertStatus(AgentStatus status, StatusReason reason) {
        assertThat(scenario.status("a")).isEqualTo(status);
        assertThat(scenario.reason("a")).isEqualTo(reason);
    }
}
