package io.ains.testkit;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The one real broker that the tests of a JVM share: a container where Docker answers, the embedded one elsewhere.
 *
 * <p>It starts with the first question for it and ends with the JVM. A test class keeps to itself by a topic prefix of
 * its own, {@link #uniquePrefix()}; nothing is cleaned up between classes. A test that has to stop its broker takes one
 * of its own: {@code new EmbeddedBroker(BrokerSettings.in(tempDir))}.
 *
 * <p>The system property or environment variable {@code AINS_TEST_BROKER} decides: {@code embedded}, {@code docker}
 * (fail when it cannot be had), or nothing for the choice described above. All methods can be called from any thread.
 */
public final class TestBroker {
    private static final String CHOICE = "AINS_TEST_BROKER";
    private static final String IMAGE = "apache/kafka:4.2.2";
    private static final int PREFIX_DIGITS = 8;
    private static final int BASE_36 = 36;

    private TestBroker() {}

    /**
     * Where clients find the broker, as {@code host:port}; the first call starts it, which takes some seconds.
     *
     * @throws RuntimeException when neither broker, or not the demanded one, can be started
     */
    public static String bootstrapServers() {
        return Shared.BOOTSTRAP_SERVERS;
    }

    /**
     * A prefix for topics, consumer groups and application ids that no other test uses: a lower-case letter, lower-case
     * letters and digits, and a dot, 10 characters in all.
     */
    public static String uniquePrefix() {
        StringBuilder prefix = new StringBuilder("t");
        for (int i = 0; i < PREFIX_DIGITS; i++) {
            prefix.append(Character.forDigit(ThreadLocalRandom.current().nextInt(BASE_36), BASE_36));
        }
        return prefix.append('.').toString();
    }

    /**
     * Creates topics with one copy and Kafka's default settings, and returns when they exist.
     *
     * @throws IllegalStateException when one of them exists already or is refused
     */
    public static void createTopics(int partitions, String... names) {
        List<NewTopic> topics = Stream.of(names)
                .map(name -> new NewTopic(name, partitions, (short) 1))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("topics were not created: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    private static String start() {
        String choice = choice();
        if (choice.equals("docker")) {
            return startContainer();
        }
        if (!choice.equals("embedded") && DockerProbe.answers(System.getenv())) {
            try {
                return startContainer();
            } catch (RuntimeException e) {
                // A machine may have Docker but no way to the image; its tests are worth the same on the other broker.
                report("no container of " + IMAGE + " could be started (" + e.getMessage() + ")");
            }
        }
        return startEmbedded();
    }

    private static String choice() {
        String property = System.getProperty(CHOICE);
        @Nullable String value = property == null ? System.getenv(CHOICE) : property;
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    // The container is closed by the hook, as it lives as long as the JVM.
    @SuppressWarnings("resource")
    private static String startContainer() {
        KafkaContainer container = new KafkaContainer(IMAGE);
        BrokerSettings.defaultProperties()
                .forEach((key, value) ->
                        container.withEnv("KAFKA_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "test-broker-stop"));
        container.start();
        report("Testcontainers " + IMAGE + " at " + container.getBootstrapServers());
        return container.getBootstrapServers();
    }

    private static String startEmbedded() {
        Path folder;
        try {
            folder = Files.createTempDirectory("ains-test-broker");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder)).start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            broker.close();
                            delete(folder);
                        },
                        "test-broker-stop"));
        report("embedded KRaft at " + broker.bootstrapServers());
        return broker.bootstrapServers();
    }

    @SuppressWarnings("SystemOut") // For whoever reads the build's output, with or without a logger.
    private static void report(String broker) {
        System.out.println("test broker: " + broker);
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // The temp folder is the operating system's to clean when this fails.
        }
    }

    /** Starts the broker when it is first asked for; class initialisation makes that happen once. */
    private static final class Shared {
        static final String BOOTSTRAP_SERVERS = start();
    }
}
