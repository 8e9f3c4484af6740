package io.ains.heartbeat.domain;

/**
 * The numbers that the rules go by.
 *
 * @param suspectAfter missed intervals after which an agent is SUSPECT, from 1
 * @param deadAfter missed intervals after which it is INACTIVE, more than {@code suspectAfter}
 * @param gapMs milliseconds between two ticks from which on the control plane counts as having been away
 * @param refreshPerSecond states of unchanged agents published per second, from 0
 * @param massShare share of a fleet, 0 to 1, that may die within one window before deaths are held back; 1 turns
 *     self-preservation off
 * @param massFleet the smallest count of living agents of which a share says anything
 * @param massWindowMs the window, in milliseconds
 * @param massHoldMs milliseconds for which deaths are held back at most
 */
public record FleetSettings(
        int suspectAfter,
        int deadAfter,
        long gapMs,
        int refreshPerSecond,
        double massShare,
        int massFleet,
        long massWindowMs,
        long massHoldMs) {
    public FleetSettings {
        if (suspectAfter < 1 || deadAfter <= suspectAfter) {
            throw new IllegalArgumentException(
                    "expected 1 <= suspect-after < dead-after, but got " + suspectAfter + " and " + deadAfter);
        }
    }
}
