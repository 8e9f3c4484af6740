package io.ains.dispatcher.domain;

import io.ains.protocol.RetryPolicy;

/** How long a failed task waits before its next attempt. */
final class Backoff {
    private static final long EXPONENTIAL_BASE_MS = 1_000;
    private static final long EXPONENTIAL_MAX_MS = 60_000;
    private static final long LINEAR_STEP_MS = 5_000;
    private static final long FIXED_MS = 10_000;
    /** Up to a fifth is taken off, so that what failed together does not come back together. */
    private static final double JITTER = 0.2;

    private Backoff() {}

    /**
     * The delay before the next attempt.
     *
     * @param policy how it grows
     * @param taskId with {@code attempt}, what the jitter is drawn from
     * @param attempt the attempt that failed
     * @param failures how many have failed, this one included, from 1
     * @return milliseconds, four to five fifths of the policy's delay
     */
    static long delayMillis(RetryPolicy policy, String taskId, int attempt, int failures) {
        long full = switch (policy) {
            case EXPONENTIAL -> Math.min(EXPONENTIAL_MAX_MS, EXPONENTIAL_BASE_MS << Math.min(failures - 1, 10));
            case LINEAR -> LINEAR_STEP_MS * failures;
            case FIXED -> FIXED_MS;
        };
        return full - (long) (full * JITTER * Draw.unit(taskId, -attempt));
    }
}
