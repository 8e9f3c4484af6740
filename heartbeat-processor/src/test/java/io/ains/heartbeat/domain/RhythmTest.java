package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class RhythmTest {
    private final FleetScenario scenario = new FleetScenario();

    private void beats(int count, long gapMs, long swingMs) {
        for (int i = 0; i < count; i++) {
            scenario.pass(gapMs + (i % 2 == 0 ? swingMs : -swingMs));
            scenario.beat("a");
        }
        scenario.pass(1_000);
    }

    @Test
    void shouldKnowTheRateOfAPunctualAgent() {
        scenario.register("a", "s1");

        beats(5, 5_000, 0);

        assertThat(scenario.state("a").heartbeatRate()).isEqualTo(0.2);
        assertThat(scenario.state("a").heartbeatJitterMs()).isZero();
    }

    @Test
    void shouldKnowHowFarHeartbeatsStray() {
        scenario.register("a", "s1");

        beats(60, 5_000, 400);

        assertThat(Objects.requireNonNull(scenario.state("a").heartbeatRate())).isCloseTo(0.2, offset(0.005));
        assertThat(Objects.requireNonNull(scenario.state("a").heartbeatJitterMs()))
                .isCloseTo(400, offset(40.0));
    }

    @Test
    void shouldKnowNothingBeforeTheFirstGap() {
        scenario.register("a", "s1");

        beats(1, 5_000, 0);

        assertThat(scenario.state("a").heartbeatRate()).isNull();
        assertThat(scenario.state("a").heartbeatJitterMs()).isNull();
    }

    @Test
    void shouldNotTakeAnAbsenceForAGap() {
        scenario.register("a", "s1");
        beats(5, 5_000, 0);

        scenario.crash();
        scenario.away(600_000);
        scenario.tick();
        beats(5, 5_000, 0);
        scenario.register("a", "s2");
        scenario.pass(20_000);
        beats(3, 5_000, 0);

        assertThat(scenario.state("a").heartbeatRate()).isEqualTo(0.2);
    }
}
