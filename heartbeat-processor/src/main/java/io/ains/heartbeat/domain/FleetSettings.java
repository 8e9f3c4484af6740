package io.ains.heartbeat.domain;

import java.time.Duration;

/**
 * The numbers that the rules go by.
 *
 * @param suspectAfter missed intervals after which an agent is SUSPECT, from 1
 * @param deadAfter missed intervals after which it is INACTIVE, more than {@code suspectAfter}
 * @param grace intervals that an agent has to be heard of again, once the control plane is back from an absence,
 *     before it is SUSPECT; from {@code suspectAfter} to {@code deadAfter}
 * @param gapMs milliseconds between two ticks from which on the control plane counts as having been away
 * @param refreshPerSecond states of unchanged agents published per second, from 0
 * @param mass when deaths are too many to be believed
 * @param flapping when an agent comes and goes too often
 * @param archiveAfterMs milliseconds for which an agent must have been INACTIVE to be archived
 */
public record FleetSettings(
        int suspectAfter,
        int deadAfter,
        int grace,
        long gapMs,
        int refreshPerSecond,
        Mass mass,
        Flapping flapping,
        long archiveAfterMs) {
    public FleetSettings {
        if (suspectAfter < 1 || deadAfter <= suspectAfter) {
            throw new IllegalArgumentException(
                    "expected 1 <= suspect-after < dead-after, but got " + suspectAfter + " and " + deadAfter);
        }
        if (grace < suspectAfter || grace > deadAfter) {
            throw new IllegalArgumentException("expected suspect-after <= grace <= dead-after, but got " + suspectAfter
                    + ", " + grace + " and " + deadAfter);
        }
    }

    /**
     * Self-preservation.
     *
     * @param share of a fleet, 0 to 1, that may die within one window before deaths are held back; 1 turns it off
     * @param fleet the smallest count of living agents of which a share says anything
     * @param windowMs the window, in milliseconds
     * @param holdMs milliseconds for which deaths are held back at most
     */
    public record Mass(double share, int fleet, long windowMs, long holdMs) {}

    /**
     * Damping.
     *
     * @param returns within one window that are still no flapping, 1 to {@value #MAX_RETURNS}
     * @param windowMs the window, in milliseconds
     * @param holdMs milliseconds for which an agent that flaps is held SUSPECT, at first; doubled each time
     * @param maxHoldMs the longest that it is held, in milliseconds
     */
    public record Flapping(int returns, long windowMs, long holdMs, long maxHoldMs) {
        /** Each return within the window is remembered. */
        public static final int MAX_RETURNS = 100;

        public Flapping {
            if (returns < 1 || returns > MAX_RETURNS) {
                throw new IllegalArgumentException(
                        "expected flap-returns from 1 to " + MAX_RETURNS + ", but got " + returns);
            }
            if (holdMs > maxHoldMs) {
                throw new IllegalArgumentException(
                        "expected flap-hold <= flap-max-hold, but got " + holdMs + " and " + maxHoldMs + " ms");
            }
        }
    }

    /** The settings of the design. */
    public static FleetSettings defaults() {
        return new FleetSettings(
                3,
                6,
                6,
                2_500,
                100,
                new Mass(0.15, 10, 30_000, 60_000),
                new Flapping(5, 600_000, 30_000, 600_000),
                Duration.ofDays(7).toMillis());
    }
}
