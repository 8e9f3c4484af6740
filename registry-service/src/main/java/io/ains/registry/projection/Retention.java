package io.ains.registry.projection;

import java.time.Duration;

/** Deletes now and then what is older than the topics are kept, so that a rebuilt database has the same rows. */
final class Retention {
    /** Between two polls, so that a large backlog of old rows does not hold up what is new. */
    private static final int ROUNDS = 10;

    private final ProjectionStore store;
    private final Duration age;
    private final Duration historyAge;
    private final Duration interval;
    private long due = System.nanoTime();

    Retention(ProjectionStore store, Duration age, Duration historyAge, Duration interval) {
        this.store = store;
        this.age = age;
        this.historyAge = historyAge;
        this.interval = interval;
    }

    void sweepIfDue() {
        if (System.nanoTime() - due < 0) {
            return;
        }
        long now = System.currentTimeMillis();
        boolean done = false;
        for (int round = 0; round < ROUNDS && !done; round++) {
            // Both, whatever the first says.
            done = store.sweep(now - age.toMillis()) & store.sweepHistory(now - historyAge.toMillis());
        }
        if (done) {
            due = System.nanoTime() + interval.toNanos();
        }
    }
}
