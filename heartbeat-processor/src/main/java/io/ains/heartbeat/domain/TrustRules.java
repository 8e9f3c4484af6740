package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome.AttemptEnded;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what the end of an attempt means for its agent's trust. */
final class TrustRules {
    private static final int MAX_REASON = 1_000;

    private TrustRules() {}

    static Decision attempt(AgentRecord agent, AttemptEnded outcome, long time) {
        Trust before = agent.trust();
        Trust after = outcome.completed()
                ? before.afterCompletion(outcome.durationMs(), outcome.at())
                : before.afterFailure();
        // At the bounds only the counts go on; an event that changes nothing would be most of the topic.
        List<AgentEvent> events = after.since(before) == 0
                ? List.of()
                : List.of(changed(
                        agent,
                        after,
                        null,
                        outcome.completed() ? "TASK_COMPLETED" : "TASK_FAILED",
                        shortened(outcome.errorMessage()),
                        outcome.taskId(),
                        time));
        return Decision.of(Decision.Effect.KEEP, agent.with(after), events);
    }

    static AgentEvent changed(
            AgentRecord agent,
            Trust after,
            @Nullable String requestId,
            String cause,
            @Nullable String reason,
            @Nullable String taskId,
            long time) {
        Trust before = agent.trust();
        return new AgentEvent.TrustChanged(
                agent.agentId(),
                time,
                requestId,
                cause,
                after.since(before),
                before.score(),
                after.score(),
                reason,
                taskId);
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }
}
