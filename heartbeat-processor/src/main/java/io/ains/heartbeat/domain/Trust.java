package io.ains.heartbeat.domain;

import org.jspecify.annotations.Nullable;

/**
 * How well an agent has done, over all its sessions.
 *
 * @param score 0 to 1, to six decimals
 * @param completed attempts that ended well
 * @param failed attempts that did not
 * @param timed those of the completed whose duration is known
 * @param meanCompletionMs mean duration of the timed; null before the first
 * @param lastCompletedAt milliseconds since the epoch; null before the first
 */
public record Trust(
        double score,
        long completed,
        long failed,
        long timed,
        @Nullable Double meanCompletionMs,
        @Nullable Long lastCompletedAt) {
    static final Trust INITIAL = new Trust(0.5, 0, 0, 0, null, null);

    private static final double REWARD = 0.02;
    private static final double PENALTY = -0.05;
    private static final double PRECISION = 1e6;

    Trust afterCompletion(@Nullable Long durationMs, long at) {
        long newTimed = timed;
        Double mean = meanCompletionMs;
        if (durationMs != null) {
            newTimed++;
            double before = mean == null ? 0 : mean;
            mean = before + (durationMs - before) / newTimed;
        }
        long last = lastCompletedAt == null ? at : Math.max(lastCompletedAt, at);
        return new Trust(moved(REWARD), completed + 1, failed, newTimed, mean, last);
    }

    Trust afterFailure() {
        return new Trust(moved(PENALTY), completed, failed + 1, timed, meanCompletionMs, lastCompletedAt);
    }

    Trust adjusted(double delta) {
        return new Trust(moved(delta), completed, failed, timed, meanCompletionMs, lastCompletedAt);
    }

    /** The step from an earlier score to this one. */
    double since(Trust before) {
        return rounded(score - before.score);
    }

    private double moved(double delta) {
        return rounded(Math.max(0, Math.min(1, score + delta)));
    }

    /** Without this, a score would wander by binary fractions that no operator entered. */
    private static double rounded(double value) {
        return Math.round(value * PRECISION) / PRECISION;
    }
}
