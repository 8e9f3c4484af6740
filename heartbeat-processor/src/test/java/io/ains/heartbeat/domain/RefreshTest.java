package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefreshTest {
    private final FleetScenario scenario = new FleetScenario();

    @Test
    void shouldKeepASmallFleetFreshToTheSecond() {
        register(10);
        int told = scenario.statesTold;

        scenario.passBeating(10_000, names(10));

        assertThat(scenario.statesTold - told).isEqualTo(100);
    }

    @Test
    void shouldTellNobodyMoreThanOnceASecondHoweverOftenItTicks() {
        register(10);
        int told = scenario.statesTold;

        for (int i = 0; i < 100; i++) {
            scenario.pass(100);
        }

        assertThat(scenario.statesTold - told).isBetween(80, 120);
    }

    @Test
    void shouldKeepALargeFleetWithinTheBudgetAndForgetNobody() {
        register(1_000);
        scenario.pass(1_000);
        int told = scenario.statesTold;
        long since = scenario.now();

        scenario.passBeating(12_000, names(1_000));

        assertThat(scenario.statesTold - told).isEqualTo(1_200);
        assertThat(scenario.states.values()).allMatch(state -> {
            Long last = state.lastHeartbeatAt();
            return last != null && last > since;
        });
    }

    @Test
    void shouldLeaveTheDeadAlone() {
        register(5);
        scenario.pass(40_000);
        int told = scenario.statesTold;

        scenario.pass(60_000);

        assertThat(scenario.statesTold).isEqualTo(told);
    }

    @Test
    void shouldRefreshAgainWhoComesBack() {
        register(1);
        scenario.pass(60_000);
        scenario.beat("agent-0");
        int told = scenario.statesTold;

        scenario.passBeating(5_000, "agent-0");

        assertThat(scenario.statesTold - told).isEqualTo(5);
    }

    private void register(int count) {
        for (String name : names(count)) {
            scenario.register(name, "s");
        }
    }

    private static String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "agent-" + i).toArray(String[]::new);
    }
}
