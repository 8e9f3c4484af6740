package io.ains.heartbeat.domain;

import org.jspecify.annotations.Nullable;

/**
 * How regularly an agent's heartbeats arrive: moving means of the time between two of them and of its deviation, as
 * RFC 6298 smooths the round-trip time (section 2.3, with alpha 1/8 and beta 1/4). Of constant size.
 */
final class Rhythm {
    private static final float NEWEST_GAP = 1f / 8;
    private static final float NEWEST_DEVIATION = 1f / 4;
    private static final double MS_PER_SECOND = 1_000;

    /** Milliseconds; 0 before the first gap. */
    private float gap;

    private float deviation;

    /** Between two heartbeats lay so many milliseconds, at least 1. */
    void beat(long gapMs) {
        if (gap == 0) {
            gap = gapMs;
            return;
        }
        deviation += NEWEST_DEVIATION * (Math.abs(gapMs - gap) - deviation);
        gap += NEWEST_GAP * (gapMs - gap);
    }

    void forget() {
        gap = 0;
        deviation = 0;
    }

    /** Heartbeats a second, to three decimals; null before the first gap. */
    @Nullable
    Double rate() {
        return gap == 0 ? null : Double.valueOf(rounded(MS_PER_SECOND / gap));
    }

    /** Milliseconds, to three decimals; null before the first gap. */
    @Nullable
    Double jitterMs() {
        return gap == 0 ? null : Double.valueOf(rounded(deviation));
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
