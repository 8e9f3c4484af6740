package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTest {
    @Test
    void shouldNeverGiveAnAgentMoreThanItsSlots() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 2);

        scenario.submit("a").submit("b").submit("c");

        assertThat(scenario.order()).containsExactly("a", "b");
        scenario.started("a").completed("a");
        assertThat(scenario.order()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldTakeBackWhatIsNotAcknowledgedWithoutSpendingARetry() {
        Scenario scenario = Scenario.withDefaults().agent("deaf", 1).submit("a");

        scenario.pass(Duration.ofSeconds(11));

        TaskEvent.Requeued requeued = scenario.the(TaskEvent.Requeued.class, "a");
        assertThat(requeued.reason()).isEqualTo(RequeueReason.ACK_TIMEOUT);
        assertThat(requeued.retryCount()).isZero();
        assertThat(scenario.revocations)
                .extracting(TaskDelivery.TaskRevocation::taskId, TaskDelivery.TaskRevocation::attempt)
                .contains(org.assertj.core.groups.Tuple.tuple("a", 1));
    }

    @Test
    void shouldRestAnAgentAfterThreeMissesUntilItIsStartedAnew() {
        Scenario scenario = Scenario.withDefaults().agent("deaf", 1).submit("a");

        scenario.pass(Duration.ofMinutes(2));

        assertThat(scenario.order()).containsExactly("a", "a", "a");
        assertThat(scenario.outcomes).singleElement().isInstanceOfSatisfying(AgentOutcome.Rested.class, rested -> {
            assertThat(rested.agentId()).isEqualTo("deaf");
            assertThat(rested.sessionId()).isEqualTo("deaf-s1");
            assertThat(rested.capability()).isEqualTo(Scenario.CAPABILITY);
            assertThat(rested.reason()).isEqualTo("left 3 assignments in a row unacknowledged for 10000 ms each");
        });

        scenario.agent("deaf", "deaf-s2", 1, AgentStatus.AVAILABLE, StatusReason.REGISTERED);

        assertThat(scenario.order()).hasSize(4);
    }

    @Test
    void shouldEndARestWhenTheAgentProvesThatItHears() {
        Scenario scenario = Scenario.withDefaults().agent("slow", 1).submit("a").pass(Duration.ofMinutes(2));
        assertThat(scenario.order()).hasSize(3);

        scenario.report(new TaskResult.Started("a", "slow", "slow-s1", 3, null));

        assertThat(scenario.order()).hasSize(4);
        assertThat(scenario.ignored).hasSize(1);
        assertThat(scenario.outcomes)
                .hasSize(2)
                .last()
                .isEqualTo(new AgentOutcome.Resumed("slow", "slow-s1", Scenario.CAPABILITY, scenario.now()));
    }

    @Test
    void shouldTryARestedAgentWithOneTaskAfterEverLongerRests() {
        Scenario scenario = Scenario.withDefaults().agent("deaf", 3);
        for (int i = 0; i < 9; i++) {
            scenario.submit("t" + i);
        }

        scenario.pass(Duration.ofMinutes(5));
        assertThat(scenario.order()).hasSize(3);
        scenario.pass(Duration.ofMinutes(1));
        assertThat(scenario.order()).hasSize(4);
        scenario.pass(Duration.ofMinutes(9));
        assertThat(scenario.order()).hasSize(4);
        scenario.pass(Duration.ofMinutes(2));
        assertThat(scenario.order()).hasSize(5);

        scenario.started(scenario.order().get(4)); // too late, but it hears: all its slots count again

        assertThat(scenario.order()).hasSize(8);
    }

    @Test
    void shouldRequeueTasksOfALostAgentAtOnce() {
        Scenario scenario =
                Scenario.withDefaults().agent("dying", 1).submit("a").started("a");
        scenario.agent("other", 1).lost("dying");

        TaskEvent.Requeued requeued = scenario.the(TaskEvent.Requeued.class, "a");
        assertThat(requeued.reason()).isEqualTo(RequeueReason.AGENT_LOST);
        assertThat(requeued.retryCount()).isEqualTo(1);
        TaskEvent.Assigned again = scenario.assignmentOf("a");
        assertThat(again.agentId()).isEqualTo("other");
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void shouldRequeueTasksOfAReplacedSessionAtOnce() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        scenario.agent("agent", "agent-s2", 1, AgentStatus.AVAILABLE, StatusReason.REGISTERED);

        assertThat(scenario.the(TaskEvent.Requeued.class, "a").reason()).isEqualTo(RequeueReason.SESSION_REPLACED);
        assertThat(scenario.assignmentOf("a").sessionId()).isEqualTo("agent-s2");
    }

    @Test
    void shouldLetAnAgentThatSaysGoodbyeKeepWhatItRuns() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 2).submit("a").started("a");

        scenario.agent("agent", "agent-s1", 2, AgentStatus.INACTIVE, StatusReason.GOODBYE)
                .submit("b");
        scenario.completed("a");

        scenario.the(TaskEvent.Completed.class, "a");
        assertThat(scenario.order()).containsExactly("a");
    }

    @Test
    void shouldGiveNothingToSuspectOrBusyAgentsAndLeaveThemWhatTheyHave() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 2).submit("a").started("a");

        scenario.agent("agent", "agent-s1", 2, AgentStatus.SUSPECT, StatusReason.SILENCE)
                .submit("b");
        assertThat(scenario.order()).containsExactly("a");

        scenario.agent("agent", "agent-s1", 2, AgentStatus.AVAILABLE, StatusReason.HEARTBEAT);
        assertThat(scenario.order()).containsExactly("a", "b");
        assertThat(scenario.last(TaskEvent.Requeued.class, "a")).isNull();
    }

    @Test
    void shouldPutAReleasedTaskBackWithoutSpendingARetryAndLetTheAgentBreathe() {
        Scenario scenario = Scenario.withDefaults().agent("full", 1).submit("a").released("a");

        TaskEvent.Requeued requeued = scenario.the(TaskEvent.Requeued.class, "a");
        assertThat(requeued.reason()).isEqualTo(RequeueReason.RELEASED);
        assertThat(requeued.retryCount()).isZero();
        assertThat(scenario.order()).as("not straight back to the same agent").hasSize(1);

        scenario.pass(Duration.ofSeconds(2));

        assertThat(scenario.assignmentOf("a").attempt()).isEqualTo(2);
    }

    @Test
    void shouldRevokeAnAttemptThatRunsTooLongAndCountItAsFailed() {
        Scenario scenario = Scenario.withDefaults()
                .agent("agent", 1)
                .submit("a", task -> task.timeoutSeconds(20))
                .started("a");

        scenario.pass(Duration.ofSeconds(21));

        TaskEvent.Requeued requeued = scenario.the(TaskEvent.Requeued.class, "a");
        assertThat(requeued.reason()).isEqualTo(RequeueReason.EXECUTION_TIMEOUT);
        assertThat(requeued.retryCount()).isEqualTo(1);
        assertThat(scenario.revocations).hasSize(1);
    }

    @Test
    void shouldNotAskAPollingAgentToAcknowledge() {
        Scenario scenario = Scenario.withDefaults().polling("http", 1).submit("a", task -> task.timeoutSeconds(60));

        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.last(TaskEvent.Requeued.class, "a")).isNull();
        scenario.report(new TaskResult.Completed("a", "http", null, null, "r1", null));

        assertThat(scenario.the(TaskEvent.Completed.class, "a").requestId()).isEqualTo("r1");
    }

    @Test
    void shouldDemandTheFencingTokenOfAgentsThatReadKafka() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1).submit("a");

        scenario.report(new TaskResult.Completed("a", "agent", null, null, null, null));

        assertThat(scenario.stored("a").status()).isEqualTo(TaskStatus.ASSIGNED);
    }

    @Test
    void shouldIgnoreStaleReports() {
        Scenario scenario = Scenario.withDefaults().agent("old", 1).submit("a").started("a");
        scenario.agent("new", 1).lost("old");

        scenario.report(new TaskResult.Completed("a", "old", "old-s1", 1, null, null))
                .report(new TaskResult.Completed("a", "new", "new-s1", 1, null, null))
                .report(new TaskResult.Completed("a", "new", "new-s0", 2, null, null))
                .report(new TaskResult.Completed("nobodys", "new", "new-s1", 1, null, null));

        assertThat(scenario.ignored)
                .containsExactly(
                        RejectionCode.NOT_ASSIGNED,
                        RejectionCode.STALE_ATTEMPT,
                        RejectionCode.STALE_SESSION,
                        RejectionCode.UNKNOWN_TASK);
        assertThat(scenario.stored("a").status()).isEqualTo(TaskStatus.ASSIGNED);
    }

    @Test
    void shouldCompleteOnceHoweverOftenItIsReported() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        var report = new TaskResult.Completed("a", "agent", "agent-s1", 1, null, null);
        scenario.report(report).report(report);

        assertThat(scenario.events.stream().filter(TaskEvent.Completed.class::isInstance))
                .hasSize(1);
        assertThat(scenario.ignored).containsExactly(RejectionCode.WRONG_STATE);
    }

    @Test
    void shouldHoldNobodyToADeadlineThatFellIntoAnAbsence() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 2).submit("unacknowledged");
        scenario.submit("running", task -> task.timeoutSeconds(15)).started("running");

        scenario.absentFor(Duration.ofMinutes(5)).tick().pass(Duration.ofSeconds(9));
        assertThat(scenario.events.stream().filter(TaskEvent.Requeued.class::isInstance))
                .isEmpty();

        scenario.pass(Duration.ofSeconds(2));
        assertThat(scenario.events.stream().filter(TaskEvent.Requeued.class::isInstance))
                .hasSize(2);
    }

    @Test
    void shouldTakeNothingBackThatNobodyCouldAnswerYet() {
        Scenario scenario = Scenario.withDefaults().agent("agent", 1);
        int behind = 60;
        scenario.tick(Duration.ofSeconds(behind)).submit("given-out-late");

        for (int left = behind - 1; left >= 0; left--) {
            scenario.absentFor(Duration.ofSeconds(1)).tick(Duration.ofSeconds(left));
        }
        assertThat(scenario.events.stream().filter(TaskEvent.Requeued.class::isInstance))
                .isEmpty();

        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.the(TaskEvent.Requeued.class, "given-out-late").reason())
                .isEqualTo(RequeueReason.ACK_TIMEOUT);
    }

    @Test
    void shouldRequeueWhatADeregisteredAgentHeldAndForgetTheAgent() {
        Scenario scenario = Scenario.withDefaults().agent("gone", 1).submit("a").started("a");

        scenario.agent("gone", "gone-s1", 0, AgentStatus.INACTIVE, StatusReason.DEREGISTERED);

        assertThat(scenario.the(TaskEvent.Requeued.class, "a").reason()).isEqualTo(RequeueReason.AGENT_LOST);
        assertThat(scenario.dispatcher().capabilities()).singleElement().satisfies(view -> {
            assertThat(view.waitingTasks()).isEqualTo(1);
            assertThat(view.availableAgents()).isZero();
        });
    }

    @Test
    void shouldKnowAnAgentAfterARestartThatCameBackWhileItWasPaused() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").released("a");
        scenario.agent("agent", "agent-s1", 0, AgentStatus.INACTIVE, StatusReason.DEREGISTERED);
        scenario.agent("agent", "agent-s2", 1, AgentStatus.AVAILABLE, StatusReason.REGISTERED);

        scenario.pass(Duration.ofSeconds(3)).restart().tick().completed("a").submit("b");

        assertThat(scenario.assignmentOf("b").agentId()).isEqualTo("agent");
    }

    @Test
    void shouldKeepLeasesOverARestart() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        scenario.moment().restart().tick().submit("b").completed("a");

        scenario.the(TaskEvent.Completed.class, "a");
        assertThat(scenario.order()).containsExactly("a", "b");
    }

    @Test
    void shouldNotCallAnAgentsOtherCapabilityLost() {
        Scenario scenario =
                Scenario.withDefaults().agent("agent", 1).submit("a").started("a");

        scenario.capacity(new AgentCapacity(
                "agent",
                "agent-s1",
                Scenario.CAPABILITY,
                DeliveryMode.KAFKA,
                AgentStatus.AVAILABLE,
                StatusReason.HEARTBEAT,
                0,
                0.5));
        assertThat(scenario.last(TaskEvent.Requeued.class, "a")).isNull();

        scenario.completed("a").submit("b");

        assertThat(scenario.order()).containsExactly("a");
    }
}
