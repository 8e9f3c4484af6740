package io.ains.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the check of the guarantees finds what it is there for. */
class TaskGuaranteesTest {
    private static final String ID = "t-1";
    private static final String CAPABILITY = "work";

    @Test
    void shouldFindNothingWhereATaskCameThroughAtTheSecondAttempt() {
        assertThat(violations(
                        List.of(ID),
                        List.of(
                                submitted(),
                                assigned("a", 1),
                                started("a", 1),
                                requeued("a", 1),
                                assigned("b", 2),
                                started("b", 2),
                                completed("b", 2, "b", 2)),
                        List.of(delivered("a", 1), delivered("b", 2))))
                .isEmpty();
    }

    @Test
    void shouldFindWhatWasAcknowledgedAndNeverHeardOf() {
        assertThat(violations(List.of(ID), List.of(), List.of()))
                .singleElement()
                .asString()
                .startsWith("lost");
    }

    @Test
    void shouldFindWhatHasNotEnded() {
        assertThat(violations(List.of(ID), List.of(submitted(), assigned("a", 1)), List.of(delivered("a", 1))))
                .singleElement()
                .asString()
                .startsWith("lost");
    }

    @Test
    void shouldFindASubmissionThatWasTakenTwice() {
        assertThat(violations(List.of(), List.of(submitted(), submitted()), List.of()))
                .singleElement()
                .asString()
                .startsWith("doubled");
    }

    @Test
    void shouldFindASecondEnd() {
        assertThat(violations(
                        List.of(ID),
                        List.of(submitted(), assigned("a", 1), completed("a", 1, "a", 1), completed("a", 1, "a", 1)),
                        List.of(delivered("a", 1))))
                .anyMatch(violation -> violation.startsWith("terminal is not terminal"))
                .anyMatch(violation -> violation.startsWith("doubled"));
    }

    @Test
    void shouldFindAReportOfWhomTheTaskWasTakenFrom() {
        assertThat(violations(
                        List.of(ID),
                        List.of(
                                submitted(),
                                assigned("a", 1),
                                requeued("a", 1),
                                assigned("b", 2),
                                completed("a", 2, "a", 2)),
                        List.of(delivered("a", 1), delivered("b", 2))))
                .isNotEmpty()
                .allMatch(violation -> violation.startsWith("in two hands: b has attempt 2"));
    }

    @Test
    void shouldFindAResultOfAnEarlierAttempt() {
        assertThat(violations(
                        List.of(ID),
                        List.of(
                                submitted(),
                                assigned("a", 1),
                                requeued("a", 1),
                                assigned("a", 2),
                                completed("a", 2, "a", 1)),
                        List.of(delivered("a", 1), delivered("a", 2))))
                .singleElement()
                .asString()
                .startsWith("in two hands: a has attempt 2, but attempt 1");
    }

    @Test
    void shouldFindAnAttemptThatWasDeliveredTwice() {
        assertThat(violations(
                        List.of(ID),
                        List.of(submitted(), assigned("a", 1), completed("a", 1, "a", 1)),
                        List.of(delivered("a", 1), delivered("b", 1))))
                .singleElement()
                .asString()
                .startsWith("in two hands");
    }

    @Test
    void shouldFindAnAssignmentThatWasNotDelivered() {
        assertThat(violations(
                        List.of(ID), List.of(submitted(), assigned("a", 1), completed("a", 1, "a", 1)), List.of()))
                .singleElement()
                .asString()
                .startsWith("assigned but not delivered");
    }

    @Test
    void shouldFindAnAgentOverItsCapacity() {
        List<TaskEvent> events = Stream.of("x", "y")
                .<TaskEvent>map(id -> new TaskEvent.Assigned(id, CAPABILITY, 1, null, "a", "s", 1))
                .toList();

        assertThat(violations(List.of(), events, List.of()))
                .anyMatch(violation -> violation.startsWith("over capacity: a work had 2"));
    }

    private static List<String> violations(
            List<String> accepted, List<TaskEvent> events, List<TaskAssignment> deliveries) {
        return new TaskGuarantees(accepted, events, List.copyOf(deliveries), Map.of("a", 1, "b", 1)).violations();
    }

    private static TaskEvent submitted() {
        TaskSpec task = TaskSpec.of(ID, "client", CAPABILITY).build();
        return new TaskEvent.Submitted(ID, CAPABILITY, 1, null, task, TaskStatus.PENDING);
    }

    private static TaskEvent assigned(String agentId, int attempt) {
        return new TaskEvent.Assigned(ID, CAPABILITY, 10 * attempt, null, agentId, "s", attempt);
    }

    private static TaskAssignment delivered(String agentId, int attempt) {
        return new TaskAssignment(
                ID, agentId, "s", attempt, CAPABILITY, CAPABILITY, "client", "type", null, null, 5, 60, 2);
    }

    private static TaskEvent started(String agentId, int attempt) {
        return new TaskEvent.Started(ID, CAPABILITY, 10 * attempt + 1, null, agentId, attempt);
    }

    private static TaskEvent requeued(String agentId, int attempt) {
        return new TaskEvent.Requeued(
                ID,
                CAPABILITY,
                10 * attempt + 5,
                null,
                agentId,
                attempt,
                0,
                RequeueReason.AGENT_LOST,
                null,
                10 * attempt + 5,
                null);
    }

    private static TaskEvent completed(String agentId, int attempt, String by, int byAttempt) {
        return new TaskEvent.Completed(
                ID,
                CAPABILITY,
                10 * attempt + 5,
                null,
                agentId,
                attempt,
                Json.MAPPER.valueToTree(Map.of("by", by, "attempt", byAttempt)),
                10 * attempt + 1L);
    }
}
