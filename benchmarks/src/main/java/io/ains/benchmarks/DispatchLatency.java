package io.ains.benchmarks;

import static io.ains.benchmarks.MeasuredService.say;

import io.ains.agent.Agent;
import io.ains.agent.TaskClient;
import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.Json;
import io.ains.protocol.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long it takes from a submission over Kafka to the start of its handler and to the result at the client, beside
 * two plain hops over the same broker (produce with acks=all, consume, produce, consume) at the same rate, in turns:
 * {@code DispatchLatency TASKS_PER_SECOND SECONDS ROUNDS}. Broker, agents and clients are in this JVM, the services in
 * processes of their own.
 */
public final class DispatchLatency implements AutoCloseable {
    private static final int CAPABILITIES = 4;
    private static final int AGENTS = 50;
    private static final int SLOTS = 20;
    /** The compiler works by counts; until it is done it takes half of a small machine. */
    private static final int WARM_UP_RATE = 500;

    private static final int WARM_UP_SECONDS = 20;
    private static final String HOP = "floor-hop-";

    private final Path folder = Files.createTempDirectory("dispatch-latency");
    private final EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start();
    private final List<AutoCloseable> open = new ArrayList<>();
    /** Nanoseconds, by task id. */
    private final Map<String, Long> submitted = new ConcurrentHashMap<>();

    private final int perSecond;
    private final int seconds;
    private long[] starts = {};
    private int started;
    private int sequence;

    private DispatchLatency(int perSecond, int seconds) throws Exception {
        this.perSecond = perSecond;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        int perSecond = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[2]);
        try (DispatchLatency benchmark = new DispatchLatency(perSecond, Integer.parseInt(args[1]))) {
            benchmark.run(rounds);
        }
        System.exit(0);
    }

    private void run(int rounds) throws Exception {
        MeasuredService fleet = new MeasuredService(
                HeartbeatProcessorApplication.class, folder, "fleet", "512m", broker.bootstrapServers());
        open.add(fleet);
        fleet.awaitReady();
        openFloor();
        for (int i = 0; i < AGENTS; i++) {
            startAgent(i);
        }
        for (int round = 1; round <= rounds; round++) {
            say("%-22s %s", "two plain hops", floor());
            for (String guarantee : List.of("exactly_once_v2", "at_least_once")) {
                measure(guarantee);
            }
        }
    }

    private void startAgent(int number) {
        Agent agent = Agent.builder("agent-" + number)
                .bootstrapServers(broker.bootstrapServers())
                .capability("work-" + number % CAPABILITIES, task -> {
                    started(task.taskId());
                    return Map.of();
                })
                .maxConcurrency(SLOTS)
                .build();
        agent.start();
        open.add(agent);
    }

    private synchronized void started(String taskId) {
        Long since = submitted.get(taskId);
        if (since != null && started < starts.length) {
            starts[started++] = System.nanoTime() - since;
        }
    }

    private void measure(String guarantee) throws Exception {
        try (MeasuredService dispatcher = new MeasuredService(
                        TaskDispatcherApplication.class,
                        folder,
                        "dispatcher-" + guarantee,
                        "512m",
                        broker.bootstrapServers(),
                        "ains.streams.guarantee=" + guarantee);
                TaskClient client = TaskClient.builder()
                        .bootstrapServers(broker.bootstrapServers())
                        .connect()) {
            dispatcher.awaitReady();
            // The first tasks find cold code, and a capability that is not known yet is asked for again.
            warmUp(client);
            load(client, WARM_UP_RATE, WARM_UP_SECONDS);
            double cpu = dispatcher.cpuSeconds();
            long[] results = load(client, perSecond, seconds);
            say(
                    "%-22s %s; to the result %s; dispatcher %.0f us of CPU a task",
                    guarantee,
                    told(Arrays.copyOf(starts, started)),
                    told(results),
                    (dispatcher.cpuSeconds() - cpu) * 1e6 / results.length);
            dispatcher.terminate();
        }
    }

    private void warmUp(TaskClient client) throws Exception {
        for (int capability = 0; capability < CAPABILITIES; ) {
            try {
                var outcome = client.submit(task(capability)).outcome();
                outcome.get(60, TimeUnit.SECONDS);
                capability++;
            } catch (java.util.concurrent.ExecutionException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private TaskSpec task(int capability) {
        return TaskSpec.of("task-" + sequence++, "client", "work-" + capability)
                .inputData(Json.MAPPER.createObjectNode().put("text", "x".repeat(100)))
                .build();
    }

    /** The times to each result, in nanoseconds; those to each start are in {@link #starts}. */
    private long[] load(TaskClient client, int rate, int forSeconds) throws Exception {
        int count = rate * forSeconds;
        synchronized (this) {
            starts = new long[count];
            started = 0;
        }
        long[] results = new long[count];
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        evenly(rate, count, number -> {
            TaskSpec task = task(number % CAPABILITIES);
            long since = System.nanoTime();
            submitted.put(task.taskId(), since);
            outcomes.add(
                    client.submit(task).outcome().thenAccept(result -> results[number] = System.nanoTime() - since));
        });
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);
        submitted.clear();
        return results;
    }

    private static void evenly(int rate, int count, IntConsumer action) throws InterruptedException {
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = began + i * TimeUnit.SECONDS.toNanos(1) / rate;
            long early = due - System.nanoTime();
            if (early > 0) {
                TimeUnit.NANOSECONDS.sleep(early);
            }
            action.accept(i);
        }
    }

    // ---- the floor

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        open.add(producer);
        return producer;
    }

    private void openFloor() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(HOP + 1, 1, (short) 1), new NewTopic(HOP + 2, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private String floor() throws Exception {
        int count = perSecond * seconds;
        long[] times = new long[count];
        CompletableFuture<Void> all = new CompletableFuture<>();
        KafkaProducer<byte[], byte[]> second = producer();
        int[] seen = {0};
        try (AutoCloseable first = consuming(1, value -> second.send(new ProducerRecord<>(HOP + 2, value)));
                AutoCloseable last = consuming(2, value -> {
                    times[seen[0]++] = System.nanoTime() - Long.parseLong(new String(value, 0, 20).strip());
                    if (seen[0] == count) {
                        all.complete(null);
                    }
                })) {
            KafkaProducer<byte[], byte[]> producer = producer();
            evenly(
                    perSecond,
                    count,
                    number -> producer.send(new ProducerRecord<>(
                            HOP + 1, String.format("%-300d", System.nanoTime()).getBytes())));
            all.get(60, TimeUnit.SECONDS);
        }
        return told(times);
    }

    private interface Sink {
        void take(byte[] value);
    }

    private AutoCloseable consuming(int hop, Sink sink) throws InterruptedException {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(HOP + hop, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        boolean[] closed = {false};
        Thread thread = new Thread(() -> {
            while (!closed[0]) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> sink.take(record.value()));
            }
            consumer.close();
        });
        thread.start();
        return () -> {
            closed[0] = true;
            thread.join();
        };
    }

    private static String told(long[] nanos) {
        Arrays.sort(nanos);
        return String.format(
                "p50 %.1f, p99 %.1f, p99.9 %.1f ms",
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6,
                nanos[(int) (nanos.length * 0.999)] / 1e6);
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        broker.close();
    }
}
