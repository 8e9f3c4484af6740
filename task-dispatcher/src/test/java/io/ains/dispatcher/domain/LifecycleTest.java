package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LifecycleTest {
    @Test
    void shouldRetryUntilTheRetriesAreSpentAndThenFail() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1).submit("a", task -> task.maxRetries(2));

        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(scenario.assignmentOf("a").attempt()).isEqualTo(attempt);
            scenario.started("a").failed("a").pass(Duration.ofSeconds(5));
        }

        TaskEvent.Failed failed = scenario.the(TaskEvent.Failed.class, "a");
        assertThat(failed.retryCount()).isEqualTo(2);
        assertThat(failed.errorMessage()).isEqualTo("boom");
        assertThat(scenario.order()).hasSize(3);
    }

    @Test
    void shouldNotRetryWhatIsNotRetryable() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        scenario.failed("a", false);

        assertThat(scenario.the(TaskEvent.Failed.class, "a").attempt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(RetryPolicy.class)
    void shouldWaitAsTheRetryPolicySays(RetryPolicy policy) {
        for (int failures = 1; failures <= 10; failures++) {
            long full = switch (policy) {
                case EXPONENTIAL -> Math.min(60_000, 1_000L << (failures - 1));
                case LINEAR -> 5_000L * failures;
                case FIXED -> 10_000;
            };
            assertThat(Backoff.delayMillis(policy, "some-task", failures, failures))
                    .isBetween(full * 8 / 10, full);
        }
    }

    @Test
    void shouldNotGiveOutARetryBeforeItsDelayIsOver() {
        Scenario scenario = Scenario.withDefaults()
                .agent("agent", 1)
                .submit("a", task -> task.retryPolicy(RetryPolicy.FIXED))
                .started("a")
                .failed("a");
        long availableAt = scenario.the(TaskEvent.Requeued.class, "a").availableAt();

        scenario.pass(Duration.ofMillis(availableAt - scenario.now() - 1));
        assertThat(scenario.order()).hasSize(1);

        scenario.pass(Duration.ofMillis(1));
        assertThat(scenario.order()).hasSize(2);
    }

    @Test
    void shouldKeepARetrysDelayOverARestart() {
        Scenario scenario = Scenario.withDefaults()
                .agent("agent", 1)
                .submit("a", task -> task.retryPolicy(RetryPolicy.FIXED))
                .started("a")
                .failed("a");

        scenario.restart().tick();
        assertThat(scenario.order()).hasSize(1);

        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.order()).hasSize(2);
    }

    @Test
    void shouldHoldATaskBackUntilItsNotBefore() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);
        long at = scenario.now() + 5_000;

        scenario.submit("a", task -> task.notBefore(at));

        assertThat(scenario.the(TaskEvent.Submitted.class, "a").status()).isEqualTo(TaskStatus.SCHEDULED);
        scenario.pass(Duration.ofMillis(4_999));
        assertThat(scenario.order()).isEmpty();
        scenario.pass(Duration.ofMillis(1));
        scenario.the(TaskEvent.Queued.class, "a");
        assertThat(scenario.order()).containsExactly("a");
    }

    @Test
    void shouldExpireATaskInWhateverStateItIs() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);
        long at = scenario.now() + 5_000;
        scenario.submit("active", task -> task.expiresAt(at)).started("active");
        scenario.submit("waiting", task -> task.expiresAt(at));
        scenario.submit("scheduled", task -> task.expiresAt(at).notBefore(at + 1));

        scenario.pass(Duration.ofSeconds(6));

        Stream.of("active", "waiting", "scheduled")
                .forEach(id -> assertThat(scenario.stored(id).status()).isEqualTo(TaskStatus.EXPIRED));
        assertThat(scenario.revocations).extracting("taskId").containsExactly("active");
        scenario.submit("next");
        assertThat(scenario.assignmentOf("next").agentId())
                .as("the slot is free again")
                .isEqualTo("agent");
    }

    @Test
    void shouldCancelInEveryLiveState() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 2);
        scenario.submit("active").started("active").submit("assigned").submit("waiting");
        scenario.submit("scheduled", task -> task.notBefore(scenario.now() + 60_000));

        // Those that wait first, or they would get the slots of the others.
        Stream.of("scheduled", "waiting", "active", "assigned").forEach(scenario::cancel);

        Stream.of("active", "assigned", "waiting", "scheduled")
                .forEach(id -> assertThat(scenario.stored(id).status()).isEqualTo(TaskStatus.CANCELLED));
        assertThat(scenario.revocations).extracting("taskId").containsExactly("active", "assigned");
    }

    @Test
    void shouldRefuseToChangeWhatHasEnded() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").completed("a");

        scenario.cancel("a");

        TaskEvent.CommandRejected rejected = scenario.the(TaskEvent.CommandRejected.class, "a");
        assertThat(rejected.code()).isEqualTo(RejectionCode.WRONG_STATE);
        assertThat(rejected.requestId()).isEqualTo("cancel-a");
        assertThat(scenario.stored("a").status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void shouldRefuseAnothersTask() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1).submit("a");

        scenario.command(new TaskCommand.CancelTask("a", Scenario.CAPABILITY, "r", "somebody-else", null));

        assertThat(scenario.the(TaskEvent.CommandRejected.class, "a").code()).isEqualTo(RejectionCode.NOT_OWNER);
    }

    @Test
    void shouldTellTheFirstOnesOutcomeToWhoSubmitsAgain() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1).submit("a");

        scenario.submit("a");
        TaskEvent.SubmissionRepeated early = scenario.the(TaskEvent.SubmissionRepeated.class, "a");
        scenario.completed("a").submit("a");
        TaskEvent.SubmissionRepeated late = scenario.the(TaskEvent.SubmissionRepeated.class, "a");

        assertThat(early.status()).isEqualTo(TaskStatus.ASSIGNED);
        assertThat(late.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(String.valueOf(late.resultData())).contains("result of a");
        assertThat(scenario.order()).hasSize(1);
    }

    @Test
    void shouldForgetEndedTasksAfterAWhile() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").completed("a");

        scenario.pass(Duration.ofMinutes(14));
        assertThat(scenario.remembers("a")).isTrue();
        scenario.pass(Duration.ofMinutes(2));

        assertThat(scenario.remembers("a")).isFalse();
    }

    @Test
    void shouldTryAFailedTaskAgainWithAFreshSetOfAttempts() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1).submit("a", task -> task.maxRetries(0));
        scenario.started("a").failed("a");

        scenario.command(new TaskCommand.RetryTask("a", Scenario.CAPABILITY, "r", null));

        assertThat(scenario.the(TaskEvent.Requeued.class, "a").reason()).isEqualTo(RequeueReason.RETRY_REQUESTED);
        assertThat(scenario.assignmentOf("a").attempt()).isEqualTo(2);
        scenario.completed("a");
        scenario.pass(Duration.ofMinutes(16));
        assertThat(scenario.remembers("a")).isFalse();
    }

    @Test
    void shouldTryAForgottenTaskAgainFromItsDeadLetter() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);
        TaskSpec spec = TaskSpec.of("a", "client", Scenario.CAPABILITY).build();

        scenario.command(new TaskCommand.RetryTask("a", Scenario.CAPABILITY, "r1", null));
        assertThat(scenario.the(TaskEvent.CommandRejected.class, "a").code()).isEqualTo(RejectionCode.UNKNOWN_TASK);
        scenario.command(new TaskCommand.RetryTask("a", Scenario.CAPABILITY, "r2", spec));

        assertThat(scenario.the(TaskEvent.Requeued.class, "a").task()).isEqualTo(spec);
        assertThat(scenario.order()).containsExactly("a");
    }

    @Test
    void shouldChangeTheTimeoutOfARunningAttempt() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        scenario.command(new TaskCommand.ChangeTimeout("a", Scenario.CAPABILITY, "r", "client", 3));
        scenario.pass(Duration.ofSeconds(4));

        // The first tick after a start grants a grace period, so the shorter lease ends with that.
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.the(TaskEvent.Requeued.class, "a").reason()).isEqualTo(RequeueReason.EXECUTION_TIMEOUT);
    }

    static Stream<Arguments> badTasks() {
        return Stream.of(
                bad("priority from 0 to 10", task -> task.priority(11)),
                bad("priority from 0 to 10", task -> task.priority(-1)),
                bad("timeout_seconds from 1", task -> task.timeoutSeconds(0)),
                bad("timeout_seconds from 1", task -> task.timeoutSeconds(86_401)),
                bad("max_retries from 0", task -> task.maxRetries(-1)),
                bad("max_retries from 0", task -> task.maxRetries(11)),
                bad("min_trust from 0", task -> task.minTrust(1.01)),
                bad("min_trust from 0", task -> task.minTrust(Double.NaN)),
                bad("sticky_key", task -> task.routingStrategy(RoutingStrategy.STICKY)),
                bad("sticky_key", task -> task.stickyKey("a b")),
                bad("task_type", task -> task.taskType("")),
                bad("expires_at in the future", task -> task.expiresAt(1L)));
    }

    private static Arguments bad(String sentence, UnaryOperator<TaskSpec.Builder> wish) {
        return Arguments.of(sentence, wish);
    }

    @ParameterizedTest
    @MethodSource("badTasks")
    void shouldRefuseABadTaskWithASentence(String sentence, UnaryOperator<TaskSpec.Builder> wish) {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);

        scenario.submit("bad", wish).submit("good");

        TaskEvent.CommandRejected rejected = scenario.the(TaskEvent.CommandRejected.class, "bad");
        assertThat(rejected.code()).isEqualTo(RejectionCode.INVALID);
        assertThat(rejected.message()).contains("expected").contains(sentence);
        assertThat(rejected.requestId()).isEqualTo("request-bad");
        assertThat(scenario.order()).containsExactly("good");
    }

    @Test
    void shouldRefuseAnIdThatIsTooLong() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);
        String longId = "x".repeat(129);

        scenario.submit(longId);

        assertThat(scenario.the(TaskEvent.CommandRejected.class, longId).message())
                .contains("129 characters");
    }

    @Test
    void shouldRefuseACapabilityThatNobodyHasEverOffered() {
        Scenario scenario = Scenario.withDefaults().submit("a");

        assertThat(scenario.the(TaskEvent.CommandRejected.class, "a").code())
                .isEqualTo(RejectionCode.UNKNOWN_CAPABILITY);
    }

    @Test
    void shouldLetTasksWaitForACapabilityThatSomebodyOnceOffered() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).lost("agent").submit("a");

        assertThat(scenario.the(TaskEvent.Submitted.class, "a").status()).isEqualTo(TaskStatus.PENDING);
        assertThat(scenario.order()).isEmpty();
    }

    @Test
    void shouldPurgeTheDeadLetterOfAFailedTaskAndOfOneThatIsForgotten() {
        Scenario scenario = Scenario.withDefaults().agent("a", 1).submit("t1", task -> task.maxRetries(0));
        scenario.started("t1").failed("t1");

        scenario.command(new TaskCommand.PurgeDeadTask("t1", Scenario.CAPABILITY, "r1"));
        scenario.command(new TaskCommand.PurgeDeadTask("of-last-week", Scenario.CAPABILITY, "r2"));

        assertThat(scenario.the(TaskEvent.DeadTaskPurged.class, "t1").requestId())
                .isEqualTo("r1");
        assertThat(scenario.the(TaskEvent.DeadTaskPurged.class, "of-last-week").requestId())
                .isEqualTo("r2");
        assertThat(scenario.stored("t1").status()).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void shouldNotPurgeWhatIsNotDead() {
        Scenario scenario = Scenario.withDefaults().agent("a", 1).submit("t1");

        scenario.command(new TaskCommand.PurgeDeadTask("t1", Scenario.CAPABILITY, "r1"));
        scenario.command(new TaskCommand.PurgeDeadTask("not an id", Scenario.CAPABILITY, "r2"));

        assertThat(scenario.the(TaskEvent.CommandRejected.class, "t1"))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.WRONG_STATE))
                .satisfies(refusal ->
                        assertThat(refusal.message()).isEqualTo("expected a FAILED task, but it is ASSIGNED"));
        assertThat(scenario.the(TaskEvent.CommandRejected.class, "not an id").code())
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void shouldTellTheAgentThatItsAttemptMayRunForAnotherTime() {
        Scenario scenario = Scenario.withDefaults().agent("a", 1).submit("t1").started("t1");

        scenario.command(new TaskCommand.ChangeTimeout("t1", Scenario.CAPABILITY, "r1", null, 900));
        scenario.pass(Duration.ofSeconds(600));

        assertThat(scenario.told).containsExactly(new TaskDelivery.TaskTimeoutChange("t1", "a", "a-s1", 1, 900));
        assertThat(scenario.stored("t1").status()).isEqualTo(TaskStatus.ACTIVE);
        scenario.pass(Duration.ofSeconds(301));
        assertThat(scenario.the(TaskEvent.Requeued.class, "t1").reason()).isEqualTo(RequeueReason.EXECUTION_TIMEOUT);
    }
}
