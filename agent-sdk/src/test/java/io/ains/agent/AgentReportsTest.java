package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import io.ains.protocol.TaskResult;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an agent says of its tasks. */
class AgentReportsTest extends AgainstControlPlaneTest {
    record Text(String text, int maxWords) {}

    @Test
    void shouldTellWhyATaskFailed() {
        try (Agent agent = plane().agent("failing")
                .maxConcurrency(10)
                .capability("throws", task -> {
                    throw new IllegalStateException("no luck");
                })
                .capability("gives-up", task -> {
                    throw new NonRetryableTaskException("never");
                })
                .capability("typed", Text.class, TaskContext::input)
                .capability("huge", task -> "x".repeat(Json.MAX_BODY_BYTES))
                .capability("runs-out", task -> {
                    throw new StackOverflowError();
                })
                .build()) {
            agent.start();

            for (String capability : List.of("throws", "gives-up", "typed", "huge", "runs-out")) {
                plane().assign("failing", "f-" + capability, capability);
            }
            plane().deliver(
                            plane().assignment("failing", "f-wrong", 1, "typed", Json.MAPPER.valueToTree("a text")),
                            "typed");

            expectFailure("f-throws", "java.lang.IllegalStateException: no luck", true);
            expectFailure("f-gives-up", "never", false);
            expectFailure(
                    "f-typed", "expected input_data that fits the input schema of typed, but at the root: ", false);
            expectFailure(
                    "f-wrong", "expected input_data that fits the input schema of typed, but at the root: ", false);
            expectFailure("f-huge", "expected a result of at most 1044480 bytes, but it has 1044482", false);
            expectFailure("f-runs-out", "java.lang.StackOverflowError", true);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    private static void expectFailure(String taskId, String message, boolean retryable) {
        List<TaskResult.Report> reports = plane().awaitReports(taskId, 2);
        assertThat(reports.get(1)).isInstanceOfSatisfying(TaskResult.Failed.class, failed -> {
            assertThat(failed.errorMessage()).startsWith(message);
            assertThat(failed.retryable()).isEqualTo(retryable);
        });
    }

    @Test
    void shouldCarryTheLargestResult() {
        try (Agent agent = plane().agent("bulky")
                .capability("bulk", task -> "x".repeat(Json.MAX_BODY_BYTES - 2))
                .build()
                .start()) {
            plane().assign("bulky", "bulk-1", "bulk");

            assertThat(plane().awaitReports("bulk-1", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldSendOneReportASecondAtMostAndNoLineLess() {
        try (Agent agent = plane().agent("chatty")
                .capability("chat", task -> {
                    for (int i = 0; i < 100; i++) {
                        task.progress(i, "step " + i);
                    }
                    task.log("first line");
                    task.log("second line");
                    return null;
                })
                .build()) {
            agent.start();

            plane().assign("chatty", "chat-1", "chat");

            List<TaskResult.Report> reports = plane().awaitReports("chat-1", 4);
            assertThat(reports).hasSize(4);
            expectProgress(reports.get(1), 0.0, "step 0");
            expectProgress(reports.get(2), null, "first line\nsecond line");
        }
    }

    @Test
    void shouldSendWhatWasHeldBackOnceItsTimeHasCome() {
        CountDownLatch seen = new CountDownLatch(1);
        try (Agent agent = plane().agent("slow-chatter")
                .capability("chat-on", task -> {
                    task.progress(1, null);
                    task.progress(2, "two");
                    task.log("a line");
                    return seen.await(1, TimeUnit.HOURS);
                })
                .build()) {
            agent.start();

            plane().assign("slow-chatter", "chat-2", "chat-on");

            List<TaskResult.Report> reports = plane().awaitReports("chat-2", 3);
            expectProgress(reports.get(2), 2.0, "a line\ntwo");
            seen.countDown();
            assertThat(plane().awaitReports("chat-2", 4)).last().isInstanceOf(TaskResult.Completed.class);
        }
    }

    private static void expectProgress(TaskResult.Report report, @Nullable Double percent, String message) {
        assertThat(report).isInstanceOfSatisfying(TaskResult.Progress.class, progress -> {
            assertThat(progress.percent()).isEqualTo(percent);
            assertThat(progress.message()).isEqualTo(message);
        });
    }

    @Test
    void shouldStopAHandlerThatOutlivesItsTimeout() {
        try (Agent agent = plane().agent("slow")
                .capability("slowly", task -> waitLong())
                .build()
                .start()) {
            plane().deliver(plane().assignment("slow", "overdue", 1, "slowly", null, 1), "slowly");

            expectFailure("overdue", "expected to end within 1 s, but was still running", true);
            assertThat(agent.isRunning()).isTrue();
        }
    }
}
