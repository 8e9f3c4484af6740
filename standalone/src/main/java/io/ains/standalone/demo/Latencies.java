package io.ains.standalone.demo;

/** Counts latencies by the millisecond, up to a minute; longer ones count as a minute. Not safe for several threads. */
final class Latencies {
    private static final int MAX_MS = 60_000;

    private final long[] counts = new long[MAX_MS + 1];
    private long total;

    void add(long millis) {
        counts[(int) Math.max(0, Math.min(millis, MAX_MS))]++;
        total++;
    }

    /**
     * The latency that a share of all does not exceed.
     *
     * @param share over 0, to 1
     * @return milliseconds; 0 if there are none yet
     */
    long quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int millis = 0; millis <= MAX_MS && total > 0; millis++) {
            seen += counts[millis];
            if (seen >= rank) {
                return millis;
            }
        }
        return 0;
    }
}
