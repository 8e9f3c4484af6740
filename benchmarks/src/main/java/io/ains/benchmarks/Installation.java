package io.ains.benchmarks;

import io.ains.agent.Agent;
import io.ains.agent.TaskClient;
import io.ains.agent.TaskHandler;
import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A broker in this JVM, services in processes of their own, and agents and clients in this JVM again. */
final class Installation implements AutoCloseable {
    private static final String HEAP = "512m";

    private final Path folder = Files.createTempDirectory("ains-bench");
    private final EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Installation() throws IOException {}

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Path folder() {
        return folder;
    }

    <T extends AutoCloseable> T closeFirst(T each) {
        open.push(each);
        return each;
    }

    /** Starts a service and waits until it is ready; {@code name} tells it from its brothers. */
    MeasuredService start(Class<?> main, String name, String heap, String... settings) throws Exception {
        MeasuredService service =
                closeFirst(new MeasuredService(main, folder, name, heap, broker.bootstrapServers(), settings));
        service.awaitReady();
        return service;
    }

    MeasuredService heartbeatProcessor(String name, String... settings) throws Exception {
        return start(HeartbeatProcessorApplication.class, name, HEAP, settings);
    }

    MeasuredService dispatcher(String name, String... settings) throws Exception {
        return start(TaskDispatcherApplication.class, name, HEAP, settings);
    }

    TaskClient client() {
        return closeFirst(
                TaskClient.builder().bootstrapServers(bootstrapServers()).connect());
    }

    Agent agent(String id, int slots, List<String> capabilities, TaskHandler<JsonNode, ?> handler) {
        var builder = Agent.builder(id)
                .bootstrapServers(bootstrapServers())
                .maxConcurrency(slots)
                .shutdownHook(false);
        for (String capability : capabilities) {
            builder.capability(capability, handler);
        }
        return closeFirst(builder.build().start());
    }

    /** Waits until a task of each capability comes through: a capability is known a moment after its first agent. */
    static void awaitKnown(TaskClient client, List<String> capabilities, String run) throws Exception {
        int attempt = 0;
        for (String capability : capabilities) {
            boolean known = false;
            while (!known) {
                try {
                    TaskSpec probe = TaskSpec.of("probe-" + run + "-" + attempt++, "client", capability)
                            .build();
                    client.submit(probe).outcome().get(60, TimeUnit.SECONDS);
                    known = true;
                } catch (ExecutionException | TimeoutException e) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
