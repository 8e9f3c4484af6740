package io.ains.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.broker.BrokerStartException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerTest {
    private static final String TOPIC = "greetings";

    @TempDir
    private Path folder;

    @Test
    void shouldKeepPortClusterAndDataOverARestart() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder))) {
            broker.start();
            String address = broker.bootstrapServers();
            String cluster = clusterId(broker);
            createTopic(broker);
            send(broker, "before");

            broker.stop();
            broker.start();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(clusterId(broker)).isEqualTo(cluster);
            send(broker, "after");
            assertThat(readAll(broker, 2)).containsExactly("before", "after");
        }
    }

    @Test
    void shouldReadTheDataOfAnEarlierObject() throws Exception {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            createTopic(broker);
            send(broker, "kept");
        }

        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            assertThat(readAll(broker, 1)).containsExactly("kept");
        }
    }

    @Test
    void shouldNotMakeTopicsThatNobodyCreated() {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start();
                Admin admin = Admin.create(clientOf(broker))) {
            assertThatThrownBy(() ->
                            admin.describeTopics(List.of(TOPIC)).allTopicNames().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void shouldStopQuicklyAndLeaveNoThreadWhileAClientIsConnected() throws Exception {
        EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start();
        try (KafkaProducer<String, String> connected = producer(broker)) {
            createTopic(broker);
            connected.send(new ProducerRecord<>(TOPIC, "hello")).get();

            long startedAt = System.nanoTime();
            broker.close();

            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(5));
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !thread.isDaemon())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("kafka") || name.contains("broker") || name.contains("raft"));
            assertThat(broker.isRunning()).isFalse();
        }
    }

    @Test
    void shouldRefuseAPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BrokerSettings settings = BrokerSettings.in(folder).withPort(taken.getLocalPort());

            assertRefused(settings, Reason.ADDRESS_UNAVAILABLE, "127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void shouldNotGiveItsOwnPortToItsController() {
        int nextToBeFound = Ports.free("127.0.0.1") + 1;

        try (EmbeddedBroker broker =
                new EmbeddedBroker(BrokerSettings.in(folder).withPort(nextToBeFound)).start()) {
            assertThat(broker.isRunning()).isTrue();
        }
    }

    @Test
    void shouldRefuseAFolderThatAnotherBrokerUses() {
        try (EmbeddedBroker first = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            assertRefused(BrokerSettings.in(folder), Reason.FOLDER_LOCKED, "in use by another running broker");
        }
    }

    @Test
    void shouldRefuseAFolderOfSomethingElse() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "do not touch");

        assertRefused(BrokerSettings.in(folder), Reason.FOLDER_FOREIGN, "was not made by AINS");
        assertThat(folder.resolve("meta.properties")).doesNotExist();
    }

    @Test
    void shouldRefuseAFolderOfAnotherKafkaVersion() throws IOException {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            assertThat(broker.isRunning()).isTrue();
        }
        edit(BrokerFolder.MARKER, "kafka.version=.*", "kafka.version=5.0.0");

        assertRefused(BrokerSettings.in(folder), Reason.FOLDER_FOREIGN, "written by Kafka 5.0.0");
    }

    @Test
    void shouldRefuseAFolderOfAnotherCluster() throws IOException {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            assertThat(broker.isRunning()).isTrue();
        }
        edit("meta.properties", "cluster.id=.*", "cluster.id=AAAAAAAAAAAAAAAAAAAAAA");

        assertRefused(BrokerSettings.in(folder), Reason.FOLDER_FOREIGN, "the data of another cluster");
    }

    @Test
    void shouldRefuseAFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertRefused(BrokerSettings.in(file.resolve("data")), Reason.FOLDER_UNUSABLE, "cannot be made or written");
    }

    @Test
    void shouldSurviveAFailureInsideKafkaAndLeaveNothingLocked() {
        // The controller answers this with System.exit.
        BrokerSettings failing = BrokerSettings.in(folder).withProperty("authorizer.class.name", "no.such.Authorizer");

        assertRefused(failing, Reason.KAFKA_FAILED, "no.such.Authorizer");

        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start()) {
            assertThat(broker.isRunning()).isTrue();
        }
    }

    private static void assertRefused(BrokerSettings settings, Reason reason, String message) {
        EmbeddedBroker broker = new EmbeddedBroker(settings);
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(broker::start)
                .withMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
        assertThat(broker.isRunning()).isFalse();
    }

    private void edit(String file, String pattern, String replacement) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, Files.readString(path).replaceFirst(pattern, replacement));
    }

    private static Map<String, Object> clientOf(EmbeddedBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private static String clusterId(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(clientOf(broker))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static void createTopic(EmbeddedBroker broker) {
        try (Admin admin = Admin.create(clientOf(broker))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    private static KafkaProducer<String, String> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void send(EmbeddedBroker broker, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker)) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get();
        }
    }

    private static List<String> readAll(EmbeddedBroker broker, int expected) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                1);
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (values.size() < expected) {
                StreamSupport.stream(consumer.poll(Duration.ofMillis(100)).spliterator(), false)
                        .map(ConsumerRecord::value)
                        .forEach(values::add);
            }
        }
        return values;
    }
}
