package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelfPreservationTest {
    /** One death more than this within a window, of a hundred agents, is doubted. */
    private static final int LIMIT = 15;

    private final FleetScenario scenario = new FleetScenario();

    @Test
    void shouldHoldBackAMassDeathAndEndByItself() {
        register(100);

        scenario.pass(30_000);
        assertThat(dead()).isEqualTo(LIMIT);
        assertThat(scenario.fleet().counts().holdingDeaths()).isTrue();
        scenario.pass(29_000);
        assertThat(dead()).isEqualTo(LIMIT);
        scenario.pass(30_000);
        assertThat(dead()).isEqualTo(LIMIT + 12);
        scenario.pass(1_000);

        assertThat(dead()).isEqualTo(100);
        assertThat(scenario.fleet().counts().holdingDeaths()).isFalse();
    }

    @Test
    void shouldHoldDeathsBackWhenAThirdOfAFleetFallsSilent() {
        register(100);
        String[] living = IntStream.range(30, 100).mapToObj(i -> "agent-" + i).toArray(String[]::new);

        scenario.passBeating(30_000, living);
        assertThat(dead()).isEqualTo(LIMIT);
        assertThat(scenario.fleet().counts().holdingDeaths()).isTrue();
        scenario.passBeating(60_000, living);

        assertThat(dead()).isEqualTo(30);
        assertThat(scenario.fleet().counts().holdingDeaths()).isFalse();
        assertThat(scenario.fleet().counts().available()).isEqualTo(70);
    }

    @Test
    void shouldLetAgentsComeBackWhoWereHeld() {
        register(100);
        scenario.pass(40_000);

        IntStream.range(0, 100).forEach(i -> scenario.beat("agent-" + i));
        scenario.pass(10_000);

        assertThat(scenario.fleet().counts().available()).isEqualTo(100);
        assertThat(scenario.events(AgentEvent.StatusChanged.class))
                .filteredOn(change -> change.to() == AgentStatus.INACTIVE)
                .hasSize(LIMIT);
    }

    @Test
    void shouldLetAFewDieAtOnce() {
        register(100);
        String[] living =
                IntStream.range(LIMIT, 100).mapToObj(i -> "agent-" + i).toArray(String[]::new);

        scenario.passBeating(30_000, living);

        assertThat(dead()).isEqualTo(LIMIT);
        assertThat(scenario.fleet().counts().holdingDeaths()).isFalse();
    }

    @Test
    void shouldNotDoubtTheDeathOfASmallFleet() {
        register(9);

        scenario.pass(30_000);

        assertThat(dead()).isEqualTo(9);
    }

    @Test
    void shouldDoubtAgainAfterAQuietWindow() {
        register(100);
        scenario.pass(100_000);
        assertThat(dead()).isEqualTo(100);
        IntStream.range(0, 100).forEach(i -> scenario.beat("agent-" + i));

        scenario.pass(35_000);

        assertThat(scenario.fleet().counts().holdingDeaths()).isTrue();
        assertThat(dead()).isLessThan(30);
    }

    private void register(int count) {
        IntStream.range(0, count).forEach(i -> scenario.register("agent-" + i, "s"));
    }

    private int dead() {
        return scenario.fleet().counts().inactive();
    }
}
