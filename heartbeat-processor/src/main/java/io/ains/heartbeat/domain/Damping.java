package io.ains.heartbeat.domain;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.StatusReason;

/**
 * Decides how far an agent that comes back is believed: whoever comes and goes too often is SUSPECT for a while, for
 * each task that it takes and loses costs another attempt.
 *
 * @param settings how often is too often
 * @param doubtful whether so many agents are silent at once that it says nothing of any one of them
 */
record Damping(FleetSettings.Flapping settings, boolean doubtful) {
    /** The agent as it would be, with a standing that is up; held back if it flaps. */
    AgentRecord believe(AgentRecord before, AgentRecord after, long time) {
        Returns returns = before.returns();
        if (wasGone(before.standing(), after.standing()) && !doubtful) {
            returns = returns.and(time, settings);
        }
        AgentRecord believed = returns.equals(before.returns()) ? after : after.with(returns);
        return returns.holdsAt(time)
                ? believed.with(after.standing().with(AgentStatus.SUSPECT, StatusReason.FLAPPING, time))
                : believed;
    }

    /** Silence, or a new process that took the place of one which had not said goodbye. */
    private static boolean wasGone(Standing before, Standing after) {
        boolean replaced = !before.sessionId().equals(after.sessionId());
        return before.reason() == StatusReason.SILENCE || (replaced && before.reason() != StatusReason.GOODBYE);
    }
}
