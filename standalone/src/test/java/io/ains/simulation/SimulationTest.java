package io.ains.simulation;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@code -Dains.simulation.seeds=N} runs more worlds, {@code -Dains.simulation.first=S} other ones. */
class SimulationTest {
    private static final int EVENTS = 10_000;

    @Test
    void shouldKeepEveryPromiseInEveryWorld() {
        long first = Long.getLong("ains.simulation.first", 1);
        long seeds = Long.getLong("ains.simulation.seeds", 1_000);

        LongStream.range(first, first + seeds).parallel().forEach(SimulationTest::live);
    }

    private static void live(long seed) {
        try {
            new World(seed).run(EVENTS);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
