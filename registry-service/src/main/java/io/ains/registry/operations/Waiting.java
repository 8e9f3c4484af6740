package io.ains.registry.operations;

import java.util.Map;
import java.util.function.IntPredicate;

/**
 * How many tasks wait.
 *
 * @param byPriority those priorities of which any wait
 */
record Waiting(Map<Integer, Long> byPriority) {
    private static final int HIGH = 8;
    private static final int MEDIUM = 5;

    long total() {
        return of(priority -> true);
    }

    long high() {
        return of(priority -> priority >= HIGH);
    }

    long medium() {
        return of(priority -> priority >= MEDIUM && priority < HIGH);
    }

    long low() {
        return of(priority -> priority < MEDIUM);
    }

    private long of(IntPredicate priorities) {
        return byPriority.entrySet().stream()
                .filter(each -> priorities.test(each.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
