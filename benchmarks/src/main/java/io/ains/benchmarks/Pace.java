package io.ains.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** An open load: at its time, whatever became of the one before. */
final class Pace {
    private Pace() {}

    /** Does something so many times a second; who is late catches up. */
    static void evenly(int perSecond, int count, IntConsumer action) throws InterruptedException {
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = began + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            long early = due - System.nanoTime();
            if (early > 0) {
                TimeUnit.NANOSECONDS.sleep(early);
            }
            action.accept(i);
        }
    }
}
