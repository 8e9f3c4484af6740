package io.ains.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.StatusReason;
import io.ains.protocol.Topics;
import io.ains.testkit.AgentStates;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is in the groups of these tests: their consumers are dead, which is when their lag matters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsumerLagTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final String prefix = TestBroker.uniquePrefix();
    private final Topics topics = new Topics(prefix);
    private Registry registry;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path folder) {
        registry = new Registry(
                        TestBroker.bootstrapServers(),
                        prefix,
                        TestDatabase.in(folder),
                        "--ains.metrics.broker-interval=1s")
                .awaitReady();
        admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()));
    }

    @AfterAll
    void stop() {
        admin.close();
        registry.close();
    }

    private void commit(String service, String topic, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(
                        prefix + service, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    /** −1 if the broker has not been asked yet. */
    private double lag(String unit, String service, String topic) {
        String series = "ains_consumer_lag_" + unit + "{group=\"" + prefix + service + "\",topic=\"" + topic + "\"} ";
        Matcher found = Pattern.compile(Pattern.quote(series) + "(.*)")
                .matcher(registry.get("/metrics").text());
        return found.find() ? Double.parseDouble(found.group(1)) : -1;
    }

    @Test
    void shouldTellHowFarADeadConsumerIsBehindInRecordsAndInSeconds() throws Exception {
        String topic = topics.taskCommands();
        try (TopicWriter writer = new TopicWriter(TestBroker.bootstrapServers())) {
            for (int i = 0; i < 5; i++) {
                writer.send(new ProducerRecord<>(topic, 0, "key", new byte[] {1}));
            }
        }

        commit("task-dispatcher", topic, 2);

        Awaitility.await().atMost(LONG).until(() -> lag("records", "task-dispatcher", topic) == 3);
        double first = lag("seconds", "task-dispatcher", topic);
        Awaitility.await().atMost(LONG).until(() -> lag("seconds", "task-dispatcher", topic) > first + 1);

        commit("task-dispatcher", topic, 5);

        Awaitility.await().atMost(LONG).until(() -> lag("records", "task-dispatcher", topic) == 0);
        assertThat(lag("seconds", "task-dispatcher", topic)).isZero();
    }

    @Test
    void shouldNotTakeTheEndOfATransactionForLag() throws Exception {
        String topic = topics.agentOutcomes();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "transactional.id", prefix + "lag-test"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, "key", "value")).get();
            producer.commitTransaction();
        }

        commit("heartbeat-processor", topic, 0);
        Awaitility.await().atMost(LONG).until(() -> lag("records", "heartbeat-processor", topic) == 2);
        commit("heartbeat-processor", topic, 1);

        Awaitility.await().atMost(LONG).until(() -> lag("records", "heartbeat-processor", topic) == 0);
        assertThat(lag("seconds", "heartbeat-processor", topic)).isZero();
    }

    @Test
    void shouldAddUpTheLagOfLivingAgentsAndTellTheAgeOfTheOldestRecord() throws Exception {
        String topic = topics.capability("work");
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        try (TopicWriter writer = new TopicWriter(TestBroker.bootstrapServers())) {
            living(writer, "first");
            living(writer, "second");
            for (int i = 0; i < 5; i++) {
                writer.send(new ProducerRecord<>(topic, 0, "key", new byte[] {1}));
            }
        }

        commit("agent.first", topic, 1);
        commit("agent.second", topic, 3);

        Awaitility.await().atMost(LONG).until(() -> lag("records", "agent", topic) == 6);
        double first = lag("seconds", "agent", topic);
        Awaitility.await().atMost(LONG).until(() -> lag("seconds", "agent", topic) > first + 1);

        commit("agent.first", topic, 5);
        commit("agent.second", topic, 5);

        Awaitility.await().atMost(LONG).until(() -> lag("records", "agent", topic) == 0);
        assertThat(lag("seconds", "agent", topic)).isZero();
    }

    private void living(TopicWriter writer, String agentId) {
        AgentState state = AgentStates.of(agentId, "session", AgentStatus.AVAILABLE, StatusReason.HEARTBEAT, List.of());
        writer.send(new ProducerRecord<>(
                topics.agentStates(), 0, agentId, JsonSerde.of(AgentState.class).serialize(null, state)));
    }

    @Test
    void shouldTellHowTheBrokerIs() {
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(registry.get("/metrics").text())
                        .contains("ains_broker_reachable 1.0")
                        .contains("ains_broker_nodes 1.0")
                        .contains("ains_broker_partitions_under_replicated 0.0")
                        .contains("ains_broker_partitions_offline 0.0")
                        .contains("ains_broker_disk_usable_bytes{broker=")
                        .contains("ains_unreadable_records_total 0.0")
                        .contains("ains_consumer_lag_records{group=\"" + RegistrySettings.groupId(prefix) + "\""));
    }
}
