package io.ains.heartbeat.domain;

/**
 * A fleet in numbers, for operators.
 *
 * @param available agents by status, as are the next three
 * @param busy see {@code available}
 * @param suspect see {@code available}
 * @param inactive see {@code available}
 * @param resting living agents that do not take the tasks of at least one capability
 * @param flapping agents that are held SUSPECT because they come and go
 * @param holdingDeaths whether self-preservation holds deaths back
 */
public record FleetCounts(
        int available, int busy, int suspect, int inactive, int resting, int flapping, boolean holdingDeaths) {
    /** A fleet in which nothing has happened. */
    public static final FleetCounts NONE = new FleetCounts(0, 0, 0, 0, 0, 0, false);
}
