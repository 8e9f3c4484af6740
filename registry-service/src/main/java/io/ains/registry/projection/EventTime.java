package io.ains.registry.projection;

import java.util.List;

/** The times between events of one task; each is a histogram of its own. */
public enum EventTime {
    WAIT(
            "ains_task_wait_seconds",
            "From when a task could be given out to its assignment: from its submission, its not_before, or the end of"
                    + " a retry's delay",
            "capability"),
    PICKUP(
            "ains_task_pickup_seconds",
            "From the assignment of an attempt to when its agent said that it started",
            "capability"),
    DURATION(
            "ains_task_duration_seconds",
            "From the start of a task's last attempt, or its assignment if the agent does not tell of starts, to its"
                    + " end",
            "capability",
            "status");

    /** Upper bounds of the buckets, in milliseconds; the last bucket has none. */
    private static final long[] BOUNDS = {
        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000
    };

    private final String metric;
    private final String help;
    private final List<String> labels;

    EventTime(String metric, String help, String... labels) {
        this.metric = metric;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The family's name. */
    public String metric() {
        return metric;
    }

    /** What it measures, in words. */
    public String help() {
        return help;
    }

    /** The names of its labels. */
    public List<String> labels() {
        return labels;
    }

    /** The bucket of a time in milliseconds. */
    static int bucket(long millis) {
        int bucket = 0;
        while (bucket < BOUNDS.length && millis > BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    /** Upper bounds of all buckets, in seconds. */
    public static double[] boundsInSeconds() {
        double[] bounds = new double[BOUNDS.length + 1];
        for (int i = 0; i < BOUNDS.length; i++) {
            bounds[i] = BOUNDS[i] / 1_000.0;
        }
        bounds[BOUNDS.length] = Double.POSITIVE_INFINITY;
        return bounds;
    }
}
