package io.ains.simulation;

import java.util.PriorityQueue;

/** What will happen, in order of time and then of when it was planned. */
final class Timeline {
    private record Step(long at, long order, Runnable action) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private long order;
    private long now = 1_700_000_000_000L;

    long now() {
        return now;
    }

    void after(long millis, Runnable action) {
        steps.add(new Step(now + millis, order++, action));
    }

    /** Does the next thing; time jumps to it. */
    void step() {
        Step next = steps.remove();
        now = next.at;
        next.action.run();
    }
}
