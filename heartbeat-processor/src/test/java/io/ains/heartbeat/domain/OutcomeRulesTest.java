package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentOutcome.AttemptEnded;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskEvent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeRulesTest {
    private static final Set<RequeueReason> FAILURES = EnumSet.of(
            RequeueReason.ATTEMPT_FAILED,
            RequeueReason.EXECUTION_TIMEOUT,
            RequeueReason.AGENT_LOST,
            RequeueReason.SESSION_REPLACED);

    @Test
    void shouldTakeTheTimeFromStartToEnd() {
        assertThat(OutcomeRules.of(new TaskEvent.Completed("t", "c", 5_000, null, "a", 2, null, 3_000L)))
                .contains(new AttemptEnded("a", "t", 2, true, 2_000L, null, 5_000));
        assertThat(OutcomeRules.of(new TaskEvent.Completed("t", "c", 5_000, null, "a", 2, null, null)))
                .contains(new AttemptEnded("a", "t", 2, true, null, null, 5_000));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountOnlyFailuresThatAreTheAgents(RequeueReason reason) {
        var requeued = new TaskEvent.Requeued("t", "c", 9, null, "a", 1, 1, reason, "broke", 10, null);
        var failed = new TaskEvent.Failed("t", "c", 9, null, "a", 1, 1, reason, "broke", null);

        for (TaskEvent event : List.of(requeued, failed)) {
            if (FAILURES.contains(reason)) {
                assertThat(OutcomeRules.of(event)).contains(new AttemptEnded("a", "t", 1, false, null, "broke", 9));
            } else {
                assertThat(OutcomeRules.of(event)).isEmpty();
            }
        }
    }

    @Test
    void shouldBlameNobodyWhereThereWasNoAgent() {
        assertThat(OutcomeRules.of(new TaskEvent.Failed(
                        "t", "c", 9, null, null, 1, 1, RequeueReason.ATTEMPT_FAILED, "broke", null)))
                .isEmpty();
        assertThat(OutcomeRules.of(new TaskEvent.Cancelled("t", "c", 9, null, "a", 1, null)))
                .isEmpty();
    }
}
