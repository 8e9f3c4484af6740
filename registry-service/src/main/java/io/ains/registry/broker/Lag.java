package io.ains.registry.broker;

/**
 * How far a consumer group is behind on a topic, over all partitions.
 *
 * @param records that it has not committed, in the log's offsets
 * @param seconds since the oldest of them was written
 */
record Lag(long records, double seconds) {
    static final Lag NONE = new Lag(0, 0);

    /** That of a group whose oldest record that it has not committed was written {@code at}, in milliseconds. */
    static Lag since(long at, long now, long records) {
        return new Lag(records, Math.max(0, now - at) / 1_000.0);
    }

    Lag and(Lag other) {
        return new Lag(records + other.records, Math.max(seconds, other.seconds));
    }
}
