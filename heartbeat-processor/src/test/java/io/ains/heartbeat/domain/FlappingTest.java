package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.StatusReason;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlappingTest {
    private static final int ALLOWED = 5;
    private static final long HOLD_MS = 30_000;
    private static final long WINDOW_MS = 600_000;

    private final FleetScenario scenario = new FleetScenario();

    /** It is silent until it is suspected, and then heard of again. */
    private void flap(String agent, int times) {
        for (int i = 0; i < times; i++) {
            scenario.pass(16_000);
            assertThat(scenario.status(agent)).isEqualTo(AgentStatus.SUSPECT);
            scenario.beat(agent);
        }
    }

    private void crash(String agent, int sessions) {
        for (int i = 0; i < sessions; i++) {
            scenario.pass(2_000);
            scenario.register(agent, "crash-" + scenario.now());
        }
    }

    @Test
    void shouldBelieveAnAgentThatComesBackNowAndThen() {
        scenario.register("a", "s");

        flap("a", ALLOWED);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.fleet().counts().flapping()).isZero();
    }

    @Test
    void shouldHoldAnAgentThatComesAndGoesTooOften() {
        scenario.register("a", "s");

        flap("a", ALLOWED + 1);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.SUSPECT);
        assertThat(scenario.reason("a")).isEqualTo(StatusReason.FLAPPING);
        assertThat(scenario.lastEvent())
                .isInstanceOfSatisfying(
                        AgentEvent.StatusChanged.class,
                        change -> assertThat(change.reason()).isEqualTo(StatusReason.FLAPPING));
        assertThat(scenario.fleet().counts().flapping()).isEqualTo(1);
    }

    @Test
    void shouldLetItGoAfterTheHold() {
        scenario.register("a", "s");
        flap("a", ALLOWED + 1);

        scenario.passBeating(HOLD_MS - 1_000, "a");
        assertThat(scenario.reason("a")).isEqualTo(StatusReason.FLAPPING);
        scenario.passBeating(1_000, "a");

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.fleet().counts().flapping()).isZero();
    }

    @Test
    void shouldHoldForTwiceAsLongEachTimeUpToABound() {
        FleetSettings.Flapping settings = FleetScenario.SETTINGS.flapping();
        Returns returns = Returns.NONE;
        for (int i = 0; i < ALLOWED; i++) {
            returns = returns.and(i, settings);
        }

        for (long expected : new long[] {30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000}) {
            returns = returns.and(10, settings);
            assertThat(returns.heldUntil()).isEqualTo(10 + expected);
            assertThat(returns.times()).hasSize(ALLOWED);
        }
    }

    @Test
    void shouldForgetAfterAWindowOfCalm() {
        scenario.register("a", "s");
        flap("a", ALLOWED + 3);

        scenario.passBeating(240_000 + WINDOW_MS, "a");
        flap("a", ALLOWED);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        flap("a", 1);
        scenario.passBeating(HOLD_MS, "a");

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldDampACrashLoop() {
        scenario.register("a", "s");

        crash("a", ALLOWED);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        crash("a", 1);

        assertThat(scenario.reason("a")).isEqualTo(StatusReason.FLAPPING);
    }

    @Test
    void shouldNotCountAProcessThatSaidGoodbye() {
        scenario.register("a", "s");

        for (int i = 0; i < 2 * ALLOWED; i++) {
            scenario.beat("a", null, HealthStatus.OFFLINE);
            crash("a", 1);
        }

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldHoldItOverACrashAndAGoodbye() {
        scenario.register("a", "s");
        crash("a", ALLOWED + 1);

        scenario.crash();
        scenario.tick();
        scenario.beat("a");
        scenario.beat("a", null, HealthStatus.OFFLINE);
        scenario.beat("a");

        assertThat(scenario.reason("a")).isEqualTo(StatusReason.FLAPPING);
        scenario.passBeating(HOLD_MS, "a");
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
    }

    @Test
    void shouldDeclareItDeadWhenItFallsSilentWhileItIsHeld() {
        scenario.register("a", "s");
        flap("a", ALLOWED + 1);

        scenario.pass(30_000);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);
        assertThat(scenario.reason("a")).isEqualTo(StatusReason.SILENCE);
    }

    @Test
    void shouldNotHoldAFleetForItsNetwork() {
        String[] fleet = IntStream.range(0, 100).mapToObj(i -> "agent-" + i).toArray(String[]::new);
        for (String agent : fleet) {
            scenario.register(agent, "s");
        }

        for (int i = 0; i < ALLOWED + 3; i++) {
            scenario.pass(20_000);
            scenario.passBeating(1_000, fleet);

            assertThat(scenario.fleet().counts().available()).isGreaterThanOrEqualTo(85);
        }
    }
}
