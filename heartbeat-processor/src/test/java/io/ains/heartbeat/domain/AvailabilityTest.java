package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final long MINUTE = 60_000;
    private static final long START = FleetScenario.START;

    private final Availability availability = new Availability(true);

    @Test
    void shouldBeWholeFromTheStart() {
        assertThat(availability.share(1, START)).isEqualTo(1);
        assertThat(availability.share(60, START + 3 * MINUTE)).isEqualTo(1);
    }

    @Test
    void shouldTellTheShareOfEachWindow() {
        availability.share(1, START);
        availability.turn(false, START + 58 * MINUTE);
        availability.turn(true, START + 59 * MINUTE);
        long now = START + 60 * MINUTE;

        // The slot in which it came back does not count: it was not up throughout.
        assertThat(availability.share(1, now)).isEqualTo(11 / 12.0);
        assertThat(availability.share(5, now)).isEqualTo(47 / 60.0);
        assertThat(availability.share(60, now)).isEqualTo(707 / 720.0);
    }

    @Test
    void shouldForgetWhatIsOlderThanAnHour() {
        availability.turn(false, START);
        availability.turn(true, START + 30 * MINUTE);

        assertThat(availability.share(60, START + 60 * MINUTE)).isEqualTo(359 / 720.0);
        assertThat(availability.share(60, START + 91 * MINUTE)).isEqualTo(1);
        assertThat(availability.share(60, START + 100 * 60 * MINUTE)).isEqualTo(1);
    }

    @Test
    void shouldNotCountAWindowInWhichItWasDownForAMoment() {
        availability.share(1, START);
        availability.turn(false, START + 6_000);
        availability.turn(true, START + 7_000);

        assertThat(availability.share(1, START + MINUTE)).isEqualTo(11 / 12.0);
    }

    @Test
    void shouldBeNoughtForWhoHasBeenDownThroughout() {
        availability.turn(false, START);

        assertThat(availability.share(1, START)).isZero();
        assertThat(availability.share(60, START + 200 * MINUTE)).isZero();
    }
}
