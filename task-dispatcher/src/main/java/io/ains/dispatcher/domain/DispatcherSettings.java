package io.ains.dispatcher.domain;

import java.time.Duration;
import java.util.Map;

/**
 * What the rules may be told. All durations have millisecond resolution.
 *
 * @param ackTimeout from an assignment until its agent must have said that it started
 * @param grace what every lease gets at least, once the control plane is back from an absence
 * @param absence the gap between two ticks from which on the control plane counts as having been away
 * @param agingPerLevel how long a task waits to be worth one level of priority more; zero is strict priority
 * @param agingByCapability the same for single capabilities
 * @param missesBeforeRest how many assignments in a row an agent may leave unacknowledged before it gets no more
 * @param restFor how long such an agent rests before one task may find out whether it hears now; twice as long after
 *     each further miss, up to 16 times
 * @param releasePause how long an agent that gave a task back gets nothing of that capability
 * @param rememberFor how long an ended task is remembered, for who submits it again
 * @param rememberAtMost how many ended tasks are remembered per partition
 * @param clientWeights shares of single clients in a capability, from 1 to 1,000; 1 for all others
 */
public record DispatcherSettings(
        Duration ackTimeout,
        Duration grace,
        Duration absence,
        Duration agingPerLevel,
        Map<String, Duration> agingByCapability,
        int missesBeforeRest,
        Duration restFor,
        Duration releasePause,
        Duration rememberFor,
        int rememberAtMost,
        Map<String, Integer> clientWeights) {

    private static final int MOST_DOUBLINGS_OF_REST = 4;

    public DispatcherSettings {
        require(ackTimeout.toMillis() >= 100, "ack-timeout of at least 100 ms", ackTimeout);
        require(!grace.isNegative(), "grace that is not negative", grace);
        require(absence.toMillis() >= 2_000, "absence of at least 2 s, for ticks come once a second", absence);
        require(!agingPerLevel.isNegative(), "aging-per-level that is not negative", agingPerLevel);
        agingByCapability.forEach((capability, aging) ->
                require(!aging.isNegative(), "aging of " + capability + " that is not negative", aging));
        require(missesBeforeRest >= 1, "misses-before-rest of at least 1", missesBeforeRest);
        require(restFor.toMillis() >= 1_000, "rest-for of at least 1 s", restFor);
        require(!releasePause.isNegative(), "release-pause that is not negative", releasePause);
        require(!rememberFor.isNegative(), "remember-for that is not negative", rememberFor);
        require(rememberAtMost >= 0, "remember-at-most that is not negative", rememberAtMost);
        clientWeights.forEach((client, weight) ->
                require(weight >= 1 && weight <= 1_000, "weight of client " + client + " from 1 to 1000", weight));
        agingByCapability = Map.copyOf(agingByCapability);
        clientWeights = Map.copyOf(clientWeights);
    }

    private static void require(boolean holds, String expected, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected an " + expected + ", but got " + actual);
        }
    }

    /** The settings of the design. */
    public static DispatcherSettings defaults() {
        return new DispatcherSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Map.of(),
                3,
                Duration.ofMinutes(5),
                Duration.ofSeconds(1),
                Duration.ofMinutes(15),
                100_000,
                Map.of());
    }

    long agingMillis(String capability) {
        return agingByCapability.getOrDefault(capability, agingPerLevel).toMillis();
    }

    /** How long an agent rests that has left so many assignments in a row unacknowledged; 0 if that is not too many. */
    long restMillis(int misses) {
        return misses < missesBeforeRest
                ? 0
                : restFor.toMillis() << Math.min(misses - missesBeforeRest, MOST_DOUBLINGS_OF_REST);
    }

    int weightOf(String clientId) {
        return clientWeights.getOrDefault(clientId, 1);
    }
}
