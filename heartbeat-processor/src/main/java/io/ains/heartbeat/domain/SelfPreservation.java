package io.ains.heartbeat.domain;

/**
 * Doubts a mass death. When more than a set share of a fleet falls silent within one window, the network between the
 * agents and Kafka is the likelier cause, and requeueing all their tasks would be the real damage. Deaths then go on
 * only at that share per window, until the agents are back or the doubt has lasted as long as it may.
 */
final class SelfPreservation {
    private static final long CALM = -1;

    private final FleetSettings.Mass settings;
    private long windowStart;
    private int fleet;
    private int fallen;
    private int died;
    private long doubtSince = CALM;

    SelfPreservation(FleetSettings.Mass settings) {
        this.settings = settings;
    }

    /**
     * Whether an agent whose dead-timeout is over may be declared dead now; if so, it is counted as dead.
     *
     * @param time of the tick
     * @param living agents that are not yet INACTIVE, this one among them
     * @param firstAsked false if it was asked for before in the same silence
     */
    boolean allowsDeath(long time, int living, boolean firstAsked) {
        roll(time);
        fleet = Math.max(fleet, living);
        if (firstAsked) {
            fallen++;
        }
        if (doubtSince == CALM && settings.share() < 1 && fleet >= settings.fleet() && fallen > limit()) {
            doubtSince = time;
        }
        if (isHolding(time) && died >= limit()) {
            return false;
        }
        died++;
        return true;
    }

    /** When to ask again for an agent whose death was held back. */
    long askAgainAt() {
        return Math.min(windowStart + settings.windowMs(), doubtSince + settings.holdMs());
    }

    boolean isHolding(long time) {
        return doubtSince != CALM && time < doubtSince + settings.holdMs();
    }

    private void roll(long time) {
        if (time < windowStart + settings.windowMs()) {
            return;
        }
        // Once spent, the doubt may only be raised again after a quiet window: it must not hold deaths for ever.
        boolean quiet = fallen <= limit() || time >= windowStart + 2 * settings.windowMs();
        if (doubtSince != CALM && !isHolding(time) && quiet) {
            doubtSince = CALM;
        }
        windowStart = time;
        fleet = 0;
        fallen = 0;
        died = 0;
    }

    private int limit() {
        return Math.max(1, (int) (fleet * settings.share()));
    }
}
