package io.ains.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TestBrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String topic = TestBroker.uniquePrefix() + "letters";

    @Test
    void shouldReadEveryPartitionFromTheBeginning() {
        TestBroker.createTopics(3, topic);
        try (TopicWriter writer = new TopicWriter();
                TopicReader<String> reader = TopicReader.of(topic, TestBrokerTest::text)) {
            List<String> sent = List.of("a", "b", "c", "d", "e", "f");

            sent.forEach(letter -> writer.send(topic, letter, letter));

            assertThat(reader.awaitValues(PATIENCE, values -> values.size() == sent.size()))
                    .containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void shouldShowHeadersTombstonesAndTheLatestByKey() {
        TestBroker.createTopics(1, topic);
        try (TopicWriter writer = new TopicWriter();
                TopicReader<byte[]> reader = TopicReader.ofBytes(topic)) {
            writer.send(topic, "kept", new byte[] {(byte) 0xff}, Map.of("reason", "garbage"));
            writer.send(topic, "gone", "soon");
            writer.send(topic, "gone", null, Map.of());

            List<ConsumerRecord<String, byte[]>> records = reader.await(PATIENCE, seen -> seen.size() == 3);

            assertThat(text(records.get(0).headers().lastHeader("reason").value()))
                    .isEqualTo("garbage");
            assertThat(records.get(2).value()).isNull();
            assertThat(reader.values()).hasSize(2);
            assertThat(reader.latestByKey()).containsOnlyKeys("kept");
        }
    }

    @Test
    void shouldShowWhatWasReadWhenTheConditionIsNotMet() {
        TestBroker.createTopics(1, topic);
        try (TopicWriter writer = new TopicWriter();
                TopicReader<String> reader = TopicReader.of(topic, TestBrokerTest::text)) {
            writer.send(topic, "key", "a letter");
            reader.awaitValues(PATIENCE, values -> !values.isEmpty());

            assertThatThrownBy(() -> reader.awaitValues(Duration.ofMillis(100), List::isEmpty))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(topic)
                    .hasMessageContaining("key = a letter");
        }
    }

    @Test
    void shouldFailTheWaitingTestWhenAValueCannotBeDecoded() {
        TestBroker.createTopics(1, topic);
        try (TopicWriter writer = new TopicWriter();
                TopicReader<String> reader = TopicReader.of(topic, bytes -> {
                    throw new IllegalArgumentException("not a letter");
                })) {
            writer.send(topic, "key", "7");

            assertThatThrownBy(() -> reader.await(PATIENCE, seen -> !seen.isEmpty()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not a letter");
        }
    }

    @Test
    void shouldGoOnReadingAfterAnOutage(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            Function<byte[], String> decoder = TestBrokerTest::text;
            try (TopicWriter writer = new TopicWriter(broker.bootstrapServers());
                    TopicReader<String> reader = TopicReader.of(broker.bootstrapServers(), topic, decoder)) {
                writer.send(topic, "key", "before");
                reader.awaitValues(PATIENCE, values -> values.contains("before"));

                broker.stop();
                broker.start();
                writer.send(topic, "key", "after");

                assertThat(reader.awaitValues(PATIENCE, values -> values.size() == 2))
                        .containsExactly("before", "after");
            }
        }
    }

    @Test
    void shouldMakePrefixesThatDiffer() {
        String prefix = TestBroker.uniquePrefix();

        assertThat(prefix).matches("[a-z][a-z0-9]{0,8}\\.").isNotEqualTo(TestBroker.uniquePrefix());
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.SECONDS)
    void shouldSeeQuicklyThatThereIsNoDocker(@TempDir Path folder) {
        String noSocket = "unix://" + folder.resolve("docker.sock");

        assertThat(DockerProbe.answers(Map.of("DOCKER_HOST", noSocket))).isFalse();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
