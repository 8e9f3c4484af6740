package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.testkit.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TaskClientTest extends AgainstControlPlaneTest {
    private final JsonNode result = Json.MAPPER.valueToTree(Map.of("answer", 42));
    private final JsonSerde<TaskCommand> serde = JsonSerde.of(TaskCommand.class);
    private final TopicReader<TaskCommand> commands = TopicReader.of(
            plane().bootstrapServers, plane().topics.taskCommands(), bytes -> serde.deserialize(null, bytes));
    private final TaskClient client = plane().client().maxPending(2).connect();

    @AfterEach
    void closeClient() {
        client.close();
        commands.close();
    }

    private static void tell(TaskEvent event) {
        plane().write(plane().topics.taskEvents(), event.taskId(), event);
    }

    private static TaskSpec task(String id) {
        return TaskSpec.of(id, "client-1", "sum").build();
    }

    /** The request ids of the commands about a task, once there are so many. */
    private List<String> requestIds(String taskId, int count) {
        return commands.awaitValues(SOON, all -> idsIn(all, taskId).size() >= count).stream()
                .filter(command -> command.taskId().equals(taskId))
                .map(command -> Objects.requireNonNull(command.requestId()))
                .toList();
    }

    private static List<String> idsIn(List<TaskCommand> all, String taskId) {
        return all.stream().map(TaskCommand::taskId).filter(taskId::equals).toList();
    }

    private static TaskEvent.Submitted submitted(String taskId, String requestId) {
        return new TaskEvent.Submitted(taskId, "sum", 1, requestId, task(taskId), TaskStatus.PENDING);
    }

    private TaskEvent.Completed completed(String taskId) {
        return new TaskEvent.Completed(taskId, "sum", 1, null, "agent-1", 2, result, null);
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void shouldTellOfTheAcceptanceAndThenOfTheOutcome() throws Exception {
        TaskHandle handle = client.submit(task("a"));
        String requestId = requestIds("a", 1).get(0);

        tell(submitted("a", requestId));
        soon(handle.accepted());
        assertThat(handle.outcome()).isNotDone();
        plane().write(plane().topics.taskEvents(), "a", "garbage");
        plane().write(plane().topics.taskEvents(), "a", Map.of("type", "FromTheFuture"));
        tell(completed("a"));

        assertThat(soon(handle.outcome()))
                .isEqualTo(new TaskOutcome("a", TaskStatus.COMPLETED, result, null, 2, "agent-1"));
        assertThat(commands.records())
                .filteredOn(record -> record.value().taskId().equals("a"))
                .singleElement()
                .satisfies(record -> assertThat(record.key()).isEqualTo("sum"));
    }

    @Test
    void shouldTellOfTheOtherEnds() throws Exception {
        TaskHandle failed = client.submit(task("b-failed"));
        TaskHandle expired = client.submit(task("b-expired"));

        tell(new TaskEvent.Failed(
                "b-failed", "sum", 1, null, "agent-1", 4, 3, RequeueReason.ATTEMPT_FAILED, "no luck", null));
        tell(new TaskEvent.Expired("b-expired", "sum", 1, null, null, 0));

        assertThat(soon(failed.outcome()))
                .isEqualTo(new TaskOutcome("b-failed", TaskStatus.FAILED, null, "no luck", 4, "agent-1"));
        assertThat(soon(expired.outcome()).status()).isEqualTo(TaskStatus.EXPIRED);
        soon(expired.accepted());
    }

    @Test
    void shouldThrowWhatTheControlPlaneRefused() {
        TaskHandle handle = client.submit(task("c"));
        String requestId = requestIds("c", 1).get(0);

        tell(new TaskEvent.CommandRejected(
                "c",
                "sum",
                1,
                "somebody-else's",
                "SubmitTask",
                RejectionCode.INVALID,
                "not this client's request",
                null));
        tell(new TaskEvent.CommandRejected(
                "c",
                "sum",
                1,
                requestId,
                "SubmitTask",
                RejectionCode.UNKNOWN_CAPABILITY,
                "nobody has ever offered sum",
                null));

        assertThatThrownBy(() -> soon(handle.outcome()))
                .hasCauseInstanceOf(TaskRejectedException.class)
                .hasRootCauseMessage("nobody has ever offered sum");
        assertThat(handle.accepted()).isCompletedExceptionally();
    }

    @Test
    void shouldTellTheOutcomeOfATaskThatHadEndedBefore() throws Exception {
        TaskHandle handle = client.submit(task("d"));
        String requestId = requestIds("d", 1).get(0);

        tell(new TaskEvent.SubmissionRepeated("d", "sum", 1, requestId, TaskStatus.COMPLETED, 1, result, null));

        assertThat(soon(handle.outcome())).isEqualTo(new TaskOutcome("d", TaskStatus.COMPLETED, result, null, 1, null));
    }

    @Test
    void shouldWaitOnForATaskThatRunsAlready() throws Exception {
        TaskHandle handle = client.submit(task("e"));
        String requestId = requestIds("e", 1).get(0);

        tell(new TaskEvent.SubmissionRepeated("e", "sum", 1, requestId, TaskStatus.ACTIVE, 1, null, null));
        soon(handle.accepted());
        assertThat(handle.outcome()).isNotDone();

        tell(completed("e"));
        assertThat(soon(handle.outcome()).isCompleted()).isTrue();
    }

    @Test
    void shouldServeTwoClientsEachItsOwn() throws Exception {
        try (TaskClient other = plane().client().connect()) {
            TaskHandle mine = client.submit(task("f-mine"));
            TaskHandle theirs = other.submit(task("f-theirs"));
            TaskHandle both = client.submit(task("f-both"));
            TaskHandle bothToo = other.submit(task("f-both"));

            tell(completed("f-theirs"));
            tell(completed("f-both"));

            assertThat(soon(theirs.outcome()).taskId()).isEqualTo("f-theirs");
            assertThat(soon(both.outcome())).isEqualTo(soon(bothToo.outcome()));
            assertThat(mine.outcome()).isNotDone();
        }
    }

    @Test
    void shouldCancel() throws Exception {
        TaskHandle handle = client.submit(task("g"));
        CompletableFuture<Void> cancelled = client.cancel("g", "sum");
        String requestId = requestIds("g", 2).get(1);

        tell(new TaskEvent.Cancelled("g", "sum", 1, requestId, null, 0, null));

        soon(cancelled);
        assertThat(soon(handle.outcome()).status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void shouldThrowWhyACancellationWasRefused() {
        CompletableFuture<Void> cancelled = client.cancel("h", "sum");
        String requestId = requestIds("h", 1).get(0);

        tell(new TaskEvent.CommandRejected(
                "h",
                "sum",
                1,
                requestId,
                "CancelTask",
                RejectionCode.WRONG_STATE,
                "expected a task that has not ended",
                TaskStatus.COMPLETED));

        assertThatThrownBy(() -> soon(cancelled)).hasRootCauseMessage("expected a task that has not ended");
    }

    @Test
    void shouldSubmitAndWait() throws Exception {
        CompletableFuture<TaskOutcome> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return client.submitAndWait(task("k"), SOON);
            } catch (TimeoutException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        requestIds("k", 1);

        tell(completed("k"));

        assertThat(soon(waiting).isCompleted()).isTrue();
    }

    @Test
    void shouldEndTheWaitAtItsTimeoutAndMakeRoom() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.submitAndWait(task("l"), Duration.ofMillis(100)))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessage("expected task l to end within PT0.1S");
        }
    }

    @Test
    void shouldFollowATaskToItsEnd() throws Exception {
        try (Stream<TaskEvent> events = client.follow("m")) {
            tell(completed("another"));
            tell(submitted("m", "r"));
            tell(new TaskEvent.Assigned("m", "sum", 2, null, "agent-1", "s", 1));
            tell(new TaskEvent.Progressed("m", "sum", 3, null, "agent-1", 1, 50.0, "half"));
            tell(completed("m"));
            tell(new TaskEvent.PriorityChanged("m", "sum", 5, null, 1, 2, TaskStatus.COMPLETED));

            assertThat(soon(CompletableFuture.supplyAsync(events::toList)))
                    .hasExactlyElementsOfTypes(
                            TaskEvent.Submitted.class,
                            TaskEvent.Assigned.class,
                            TaskEvent.Progressed.class,
                            TaskEvent.Completed.class);
        }
        // its place is free again
        client.submit(task("n-1"));
        client.submit(task("n-2"));
    }

    @Test
    void shouldEndAStreamThatNobodyReads() throws Exception {
        Stream<TaskEvent> events = client.follow("o");
        for (int i = 0; i < 300; i++) {
            tell(new TaskEvent.Progressed("o", "sum", i, null, "agent-1", 1, null, "step"));
        }
        TaskHandle after = client.submit(task("p"));
        tell(completed("p"));
        soon(after.outcome());

        assertThatThrownBy(() -> soon(CompletableFuture.supplyAsync(events::toList)))
                .hasRootCauseMessage("expected the events of o to be read as they come, but 256 of them are waiting");
    }

    @Test
    void shouldEndAStreamWhenItCloses() {
        Stream<TaskEvent> events = client.follow("q");

        client.close();

        assertThatThrownBy(events::toList).isInstanceOf(CancellationException.class);
    }

    @Test
    void shouldBoundTheNumberOfThoseWhoWait() {
        TaskHandle first = client.submit(task("i-1"));
        client.submit(task("i-2"));
        assertThatThrownBy(() -> client.submit(task("i-3")))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("expected at most 2 commands to wait for, but got another");

        // who stops waiting makes room
        first.outcome().cancel(false);

        assertThat(client.submit(task("i-3")).outcome()).isNotDone();
    }

    @Test
    void shouldGiveUpAllWaitsWhenItCloses() {
        TaskHandle handle = client.submit(task("j"));

        client.close();

        assertThatThrownBy(() -> soon(handle.outcome())).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> client.submit(task("j"))).isInstanceOf(IllegalStateException.class);
        assertThat(requestIds("j", 1)).as("the command was sent all the same").hasSize(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("ains-task-client"));
    }

    @Test
    void shouldNameTheTopicsThatAreMissing() {
        assertThatThrownBy(() -> plane().client()
                        .topicPrefix("nobody-runs-this.")
                        .startTimeout(Duration.ofSeconds(1))
                        .connect())
                .isInstanceOf(AinsException.TopicsMissing.class)
                .hasMessageContaining("nobody-runs-this.task.commands");
    }
}
