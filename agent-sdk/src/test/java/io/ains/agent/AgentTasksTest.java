package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentPartition;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Which tasks an agent takes. */
class AgentTasksTest extends AgainstControlPlaneTest {
    record Text(String text, int maxWords) {}

    record Summary(String shortText, int attemptNumber) {}

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
