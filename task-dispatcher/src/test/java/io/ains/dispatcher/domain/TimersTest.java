package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimersTest {
    private static final class Alarm implements Timers.Timed {
        long deadline;
        private long timerAt = NEVER;

        Alarm(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public long timerAt() {
            return timerAt;
        }

        @Override
        public void timerAt(long time) {
            timerAt = time;
        }
    }

    private final Timers<Alarm> timers = new Timers<>(alarm -> alarm.deadline);

    private Alarm set(long deadline) {
        Alarm alarm = new Alarm(deadline);
        timers.changed(alarm);
        return alarm;
    }

    private void move(Alarm alarm, long deadline) {
        alarm.deadline = deadline;
        timers.changed(alarm);
    }

    @Test
    void shouldWakeInOrderAndOnce() {
        Alarm late = set(20);
        Alarm early = set(10);

        assertThat(timers.next(9)).isNull();
        assertThat(timers.next(30)).isSameAs(early);
        assertThat(timers.next(30)).isSameAs(late);
        assertThat(timers.next(30)).isNull();
    }

    @Test
    void shouldWakeAtTheLaterTimeWhenADeadlineMovesAway() {
        Alarm alarm = set(10);
        move(alarm, 50);

        assertThat(timers.next(49)).isNull();
        assertThat(timers.next(50)).isSameAs(alarm);
    }

    @Test
    void shouldWakeAtTheEarlierTimeAndOnceWhenADeadlineMovesCloser() {
        Alarm alarm = set(50);
        move(alarm, 10);

        assertThat(timers.next(10)).isSameAs(alarm);
        alarm.deadline = Timers.Timed.NEVER;
        assertThat(timers.next(100)).isNull();
    }

    @Test
    void shouldLetGoOfWhatHasNothingToWaitForAnyMore() {
        for (int i = 0; i < 100_000; i++) {
            move(set(1_000_000 + i), Timers.Timed.NEVER);
        }
        Alarm alarm = set(5);

        assertThat(timers.size()).isLessThan(20_001);
        assertThat(timers.next(5)).isSameAs(alarm);
    }

    @Test
    void shouldNameTheTrueNextTime() {
        Alarm moved = set(10);
        Alarm gone = set(11);
        set(70);
        move(moved, 90);
        move(gone, Timers.Timed.NEVER);

        assertThat(timers.nextAt()).isEqualTo(70);
        assertThat(timers.next(90)).isNotNull();
        assertThat(timers.next(90)).isSameAs(moved);
        assertThat(timers.nextAt()).isEqualTo(Timers.Timed.NEVER);
    }
}
