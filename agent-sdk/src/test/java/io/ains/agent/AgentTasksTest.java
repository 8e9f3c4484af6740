package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.AgentPartition;
import io.ains.protocol.Capability;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class AgentTasksTest {
    private static final AtomicReference<ScriptedControlPlane> SHARED = new AtomicReference<>();

    record Text(String text, int maxWords) {}

    record Summary(String shortText, int attemptNumber) {}

    @BeforeAll
    static void open() {
        SHARED.set(new ScriptedControlPlane());
    }

    @AfterAll
    static void close() {
        plane().close();
    }

    private static ScriptedControlPlane plane() {
        return Objects.requireNonNull(SHARED.get());
    }

    private static boolean waitLong() throws InterruptedException {
        return new CountDownLatch(1).await(1, TimeUnit.HOURS);
    }

    @Test
    void shouldStartAndCompleteATask() {
        TaskHandler<Text, Summary> handler = task ->
                new Summary(task.input().text().substring(0, task.input().maxWords()), task.attempt());
        try (Agent agent = plane().agent("worker")
                .capability("summarize", Text.class, handler)
                .build()
                .start()) {
            TaskAssignment assignment = plane().assignment(
                            "worker",
                            "t-1",
                            7,
                            "summarize",
                            Json.MAPPER.valueToTree(Map.of("text", "abcdef", "max_words", 2)));
            plane().deliver(assignment, "summarize");

            List<TaskResult.Report> reports = plane().awaitReports("t-1", 2);

            assertThat(reports)
                    .containsExactly(
                            new TaskResult.Started("t-1", "worker", assignment.sessionId(), 7, null),
                            new TaskResult.Completed(
                                    "t-1",
                                    "worker",
                                    assignment.sessionId(),
                                    7,
                                    null,
                                    Json.MAPPER.readTree("{\"short_text\":\"ab\",\"attempt_number\":7}")));
            assertThat(plane().results.records())
                    .filteredOn(record -> record.value() instanceof TaskResult.Report report
                            && report.taskId().equals("t-1"))
                    .extracting(org.apache.kafka.clients.consumer.ConsumerRecord::key)
                    .containsOnly("shard-of-summarize");
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldSkipWhatIsNotMeantForIt() {
        AtomicInteger runs = new AtomicInteger();
        try (Agent agent = plane().agent("picky")
                .capability("pick", task -> runs.incrementAndGet())
                .capabilityPartitions(1)
                .build()) {
            agent.start();
            TaskAssignment mine = plane().assignment("picky", "mine", 1, "pick", null);
            String topic = plane().topics.capability("pick");
            plane().write(topic, "neighbour", plane().assignment("picky", "foreign-key", 1, "pick", null));
            plane().write(topic, "picky", "garbage");
            plane().write(topic, "picky", Map.of("type", "FromTheFuture"));
            plane().write(
                            topic,
                            "picky",
                            new TaskAssignment(
                                    "other-session",
                                    "picky",
                                    "another",
                                    1,
                                    "pick",
                                    "s",
                                    "c",
                                    "t",
                                    null,
                                    null,
                                    5,
                                    60,
                                    1));

            plane().deliver(mine, "pick");
            plane().deliver(mine, "pick");
            plane().awaitReports("mine", 2);
            plane().assign("picky", "last", "pick");

            plane().awaitReports("last", 2);
            assertThat(plane().reports("mine")).hasSize(2);
            assertThat(plane().reports("foreign-key")).isEmpty();
            assertThat(plane().reports("other-session")).isEmpty();
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void shouldIgnoreTheAssignmentsOfAnAbortedTransaction() {
        try (Agent agent = plane().agent("committed")
                .capability("commit", task -> null)
                .build()
                .start()) {
            TaskAssignment aborted = plane().assignment("committed", "aborted", 1, "commit", null);
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", plane().bootstrapServers, "transactional.id", "aborts"),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(
                        plane().topics.capability("commit"), "committed", Json.MAPPER.writeValueAsString(aborted)));
                producer.flush();
                producer.abortTransaction();
            }

            plane().assign("committed", "after", "commit");

            plane().awaitReports("after", 2);
            assertThat(plane().reports("aborted")).isEmpty();
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldRunNoMoreThanItsSlotsAndReleaseTheRest() {
        Semaphore gate = new Semaphore(0);
        try (Agent agent = plane().agent("narrow")
                .capability(Capability.of("slots", 2), task -> {
                    gate.acquire();
                    return null;
                })
                .build()) {
            agent.start();

            plane().assign("narrow", "s-1", "slots");
            plane().assign("narrow", "s-2", "slots");
            plane().assign("narrow", "s-3", "slots");

            List<TaskResult.Report> third = plane().awaitReports("s-3", 1);
            assertThat(third).hasOnlyElementsOfType(TaskResult.Released.class);
            gate.release(2);
            plane().awaitReports("s-1", 2);
            plane().awaitReports("s-2", 2);
            gate.release();
            plane().assign("narrow", "s-4", "slots");
            assertThat(plane().awaitReports("s-4", 2)).last().isInstanceOf(TaskResult.Completed.class);
        }
    }

    @Test
    void shouldReleaseWhatItDoesNotOffer() {
        try (Agent agent = plane().agent("honest")
                .capability("offered", task -> null)
                .build()
                .start()) {
            TaskAssignment assignment = plane().assignment("honest", "strange", 1, "not-offered", null);

            plane().deliver(assignment, "offered");

            assertThat(plane().awaitReports("strange", 1)).hasOnlyElementsOfType(TaskResult.Released.class);
            assertThat(agent.isRunning()).isTrue();
        }
    }

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
    void shouldInterruptARevokedHandlerAndDropItsResult() {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch returned = new CountDownLatch(1);
        try (Agent agent = plane().agent("revoked")
                .capability("revocable", task -> {
                    if (!task.taskId().equals("r-1")) {
                        return "next";
                    }
                    try {
                        waitLong();
                    } catch (InterruptedException e) {
                        cancelled.set(task.isCancelled());
                    }
                    returned.countDown();
                    return "late";
                })
                .build()) {
            agent.start();
            TaskAssignment assignment = plane().assign("revoked", "r-1", "revocable");
            plane().awaitReports("r-1", 1);

            plane().revoke(assignment);
            plane().assign("revoked", "r-2", "revocable");

            // the slot was free again for the assignment that followed at once
            assertThat(plane().awaitReports("r-2", 2)).last().isInstanceOf(TaskResult.Completed.class);
            await().atMost(SOON).until(() -> returned.getCount() == 0);
            assertThat(cancelled).isTrue();
        }
        assertThat(plane().reports("r-1")).hasOnlyElementsOfType(TaskResult.Started.class);
    }

    @Test
    void shouldEndAnOlderAttemptOfTheSameTask() {
        Map<Integer, Boolean> cancelled = new ConcurrentHashMap<>();
        try (Agent agent = plane().agent("again")
                .maxConcurrency(2)
                .capability("attempts", task -> {
                    if (task.attempt() == 1) {
                        try {
                            waitLong();
                        } catch (InterruptedException e) {
                            cancelled.put(task.attempt(), task.isCancelled());
                        }
                    }
                    return task.attempt();
                })
                .build()) {
            agent.start();
            plane().assign("again", "twice", "attempts");
            plane().awaitReports("twice", 1);

            plane().deliver(plane().assignment("again", "twice", 2, "attempts", null), "attempts");

            List<TaskResult.Report> reports = plane().awaitReports("twice", 3);
            assertThat(reports)
                    .extracting(TaskResult.Report::attempt)
                    .as("started 1, started 2, completed 2")
                    .containsExactly(1, 2, 2);
            await().atMost(SOON).until(() -> cancelled.containsKey(1));
            assertThat(cancelled).containsEntry(1, true);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldStopAHandlerThatOutlivesItsTimeout() {
        try (Agent agent = plane().agent("slow")
                .capability("slowly", task -> waitLong())
                .build()
                .start()) {
            TaskAssignment likeIt = plane().assignment("slow", "overdue", 1, "slowly", null);
            TaskAssignment assignment = new TaskAssignment(
                    "overdue", "slow", likeIt.sessionId(), 1, "slowly", "s", "c", "t", null, null, 5, 1, 1);

            plane().deliver(assignment, "slowly");

            expectFailure("overdue", "expected to end within 1 s, but was still running", true);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldLetAHandlerRunOnWhenItsTimeoutIsChanged() {
        List<Instant> deadlines = new CopyOnWriteArrayList<>();
        try (Agent agent = plane().agent("longer")
                .capability("long", task -> {
                    Instant end = Instant.now().plusSeconds(4);
                    while (Instant.now().isBefore(end)) {
                        deadlines.add(task.deadline());
                        TimeUnit.MILLISECONDS.sleep(50);
                    }
                    return "done";
                })
                .build()
                .start()) {
            TaskAssignment likeIt = plane().assignment("longer", "extended", 1, "long", null);
            TaskAssignment assignment = new TaskAssignment(
                    "extended", "longer", likeIt.sessionId(), 1, "long", "s", "c", "t", null, null, 5, 1, 1);

            plane().deliver(assignment, "long");
            await().atMost(SOON).until(() -> !deadlines.isEmpty());
            plane().deliver(
                            new TaskDelivery.TaskTimeoutChange("extended", "longer", likeIt.sessionId(), 1, 60),
                            "long");

            assertThat(plane().awaitReports("extended", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(Duration.between(deadlines.get(0), deadlines.get(deadlines.size() - 1)))
                    .isGreaterThan(Duration.ofSeconds(50));
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
    void shouldDrainWhenItCloses() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Agent agent = plane().agent("draining")
                .maxConcurrency(2)
                .drainTimeout(Duration.ofSeconds(3))
                .heartbeatInterval(Duration.ofMillis(500))
                .capability("drain", task -> {
                    if (task.taskId().equals("finishes")) {
                        return finish.await(1, TimeUnit.HOURS);
                    }
                    try {
                        return waitLong();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        throw e;
                    }
                })
                .build()
                .start();
        plane().assign("draining", "finishes", "drain");
        plane().assign("draining", "stuck", "drain");
        plane().awaitReports("finishes", 1);
        plane().awaitReports("stuck", 1);

        Thread closer = new Thread(agent::close);
        closer.start();
        await().atMost(SOON).until(() -> goodbyes("draining") >= 1);
        plane().assign("draining", "too-late", "drain");
        plane().awaitReports("too-late", 1);
        finish.countDown();
        closer.join(SOON.toMillis());

        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
        assertThat(interrupted).isTrue();
        assertThat(plane().awaitReports("finishes", 2)).last().isInstanceOf(TaskResult.Completed.class);
        assertThat(plane().awaitReports("stuck", 2)).last().isInstanceOf(TaskResult.Released.class);
        assertThat(plane().reports("too-late")).hasOnlyElementsOfType(TaskResult.Released.class);
        assertThat(goodbyes("draining")).as("goes on saying so").isGreaterThan(2);
        assertThat(plane().heartbeatsOf("draining"))
                .last()
                .extracting(Heartbeat::status)
                .isEqualTo(HealthStatus.OFFLINE);
    }

    private static long goodbyes(String agentId) {
        return plane().heartbeatsOf(agentId).stream()
                .filter(heartbeat -> heartbeat.status() == HealthStatus.OFFLINE)
                .count();
    }

    @Test
    void shouldCompleteTheTaskInWhichItsHandlerClosesTheAgent() {
        AtomicReference<Agent> self = new AtomicReference<>();
        Agent agent = plane().agent("suicidal")
                .capability("stop", task -> {
                    Objects.requireNonNull(self.get()).close();
                    return "done";
                })
                .build();
        self.set(agent);
        agent.start();

        plane().assign("suicidal", "stop-1", "stop");

        assertThat(plane().awaitReports("stop-1", 2)).last().isInstanceOf(TaskResult.Completed.class);
        await().atMost(SOON).until(() -> agent.state() == Agent.State.CLOSED);
    }

    @Test
    void shouldReadThePartitionOfItsKey() {
        try (Agent agent = plane().agent("partitioned")
                .capability("many", task -> null)
                .capabilityPartitions(7)
                .build()
                .start()) {
            plane().assign("partitioned", "p-1", "many");

            plane().awaitReports("p-1", 2);

            assertThat(AgentPartition.of("partitioned", 7))
                    .as("not the first by chance")
                    .isPositive();
            assertThat(agent.isRunning()).isTrue();
        }
    }
}
