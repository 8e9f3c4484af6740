package io.ains.benchmarks;

/** Measures one thing, with the floor that Kafka sets in the same run. It starts what it needs, on loopback. */
interface Benchmark {
    /**
     * Runs once, in bounded time.
     *
     * @param report takes the rows as they come
     * @param quick true for a run of seconds that shows that the benchmark works, and whose figures mean nothing
     */
    void run(Report report, boolean quick) throws Exception;
}
