package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RejectionCode;
import org.junit.jupiter.api.Test;

class ArchiveTest {
    private static final long DEAD_MS = 30_000;
    private static final long WEEK_MS = 7 * 86_400_000L;

    private final FleetScenario scenario = new FleetScenario();
    private final long registeredAt = scenario.now();

    ArchiveTest() {
        scenario.send(FleetScenario.registration("a", "s1", 5_000, "c0ffee", null, null));
        scenario.completed("a", 300);
        scenario.pass(DEAD_MS);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);
    }

    private void passAWeek() {
        for (long left = WEEK_MS; left > 0; left -= 2_000) {
            scenario.away(2_000);
            scenario.tick();
        }
    }

    @Test
    void shouldTakeAnAgentOutOfUseThatIsSilentForTooLong() {
        long deadSince = scenario.now();

        passAWeek();

        assertThat(scenario.states).isEmpty();
        assertThat(scenario.store).isEmpty();
        assertThat(scenario.archive).containsOnlyKeys("a");
        assertThat(scenario.fleet().counts().inactive()).isZero();
        assertThat(scenario.fleet().find("a")).isEmpty();
        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.Archived("a", deadSince + WEEK_MS, null, "s1", deadSince));
    }

    @Test
    void shouldKeepItUntilThen() {
        scenario.crash();
        scenario.tick();
        for (long left = WEEK_MS - 2_000; left > 0; left -= 2_000) {
            scenario.away(2_000);
            scenario.tick();
        }

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);
    }

    @Test
    void shouldGiveItItsHistoryBack() {
        passAWeek();

        scenario.beat("a");
        assertThat(scenario.lastEvent())
                .isInstanceOfSatisfying(
                        AgentEvent.RequestRejected.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.UNKNOWN_AGENT));
        scenario.send(FleetScenario.registration("a", "s2", 5_000, "c0ffee", null, null));

        assertThat(scenario.state("a").status()).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.state("a").registeredAt()).isEqualTo(registeredAt);
        assertThat(scenario.state("a").tasksCompleted()).isEqualTo(1);
        assertThat(scenario.state("a").trustScore()).isEqualTo(0.52);
        assertThat(scenario.kept("a").replacedSessions()).containsExactly("s1");
        assertThat(scenario.archive).isEmpty();
        scenario.passBeating(60_000, "a");
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldGiveItToNobodyElse() {
        passAWeek();

        scenario.send(FleetScenario.registration("a", "s2", 5_000, "beef", null, null));

        assertThat(scenario.lastEvent())
                .isInstanceOfSatisfying(
                        AgentEvent.RequestRejected.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.IDENTITY_TAKEN));
        assertThat(scenario.archive).containsOnlyKeys("a");
        assertThat(scenario.states).isEmpty();
    }

    @Test
    void shouldForgetItWhenItIsDeregistered() {
        passAWeek();

        scenario.send(new AgentDeregistration("a", null, null));

        assertThat(scenario.archive).isEmpty();
        assertThat(scenario.lastEvent()).isInstanceOf(AgentEvent.Deregistered.class);
    }

    @Test
    void shouldNotArchiveAnAgentThatCouldNotBeHeard() {
        scenario.away(2 * WEEK_MS);
        scenario.tick();
        scenario.pass(DEAD_MS - 1_000);
        scenario.beat("a");
        scenario.pass(1_000);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }
}
