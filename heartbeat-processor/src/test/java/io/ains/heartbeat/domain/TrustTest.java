package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.ains.protocol.AgentEvent;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrustTest {
    private final FleetScenario scenario = new FleetScenario();

    @Test
    void shouldRewardACompletedAttempt() {
        scenario.register("a", "s");

        scenario.completed("a", 300);

        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.TrustChanged(
                        "a", scenario.now(), null, "TASK_COMPLETED", 0.02, 0.5, 0.52, null, "task"));
        assertThat(scenario.kept("a").trust()).isEqualTo(new Trust(0.52, 1, 0, 1, 300.0, scenario.now()));
    }

    @Test
    void shouldPunishAFailedAttempt() {
        scenario.register("a", "s");

        scenario.failed("a");

        assertThat(scenario.lastEvent())
                .isEqualTo(new AgentEvent.TrustChanged(
                        "a", scenario.now(), null, "TASK_FAILED", -0.05, 0.5, 0.45, "broke", "task"));
        assertThat(scenario.kept("a").trust()).isEqualTo(new Trust(0.45, 0, 1, 0, null, null));
    }

    @Test
    void shouldStayWithinItsBoundsAndCountOn() {
        scenario.register("good", "s");
        scenario.register("bad", "s");

        IntStream.range(0, 100).forEach(i -> scenario.completed("good", 100 + i % 2 * 100));
        IntStream.range(0, 100).forEach(i -> scenario.failed("bad"));

        Trust good = scenario.kept("good").trust();
        assertThat(good.score()).isEqualTo(1.0);
        assertThat(good.completed()).isEqualTo(100);
        assertThat(good.meanCompletionMs()).isCloseTo(150.0, offset(1e-9));
        assertThat(scenario.kept("bad").trust().score()).isZero();
        assertThat(scenario.events(AgentEvent.TrustChanged.class)).hasSize(25 + 10);
    }

    @Test
    void shouldTellTheNewTrustOfADeadAgentWithinTheBudget() {
        scenario.register("a", "s");
        scenario.pass(31_000);
        int told = scenario.statesTold;

        scenario.failed("a");
        assertThat(scenario.statesTold).isEqualTo(told);
        scenario.pass(10_000);

        assertThat(scenario.statesTold).isEqualTo(told + 1);
        assertThat(scenario.state("a").trustScore()).isEqualTo(0.45);
    }

    @Test
    void shouldIgnoreTheOutcomeOfAnUnknownAgent() {
        scenario.completed("nobody", 1);

        assertThat(scenario.events).isEmpty();
        assertThat(scenario.store).isEmpty();
    }
}
