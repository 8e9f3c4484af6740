package io.ains.benchmarks;

import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.testkit.AgentStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a backlog costs the dispatcher: the processor time of a submission and of a whole dispatch behind so many waiting
 * tasks, when an urgent task starts, the memory and disk of a waiting task, and how long a start takes with the state
 * kept and with it lost. One agent of this JVM takes the tasks, by plain Kafka clients.
 */
final class DispatchBacklog implements AutoCloseable {
    private static final String CAPABILITY = "work";
    private static final String AGENT = "agent";
    private static final int SLOTS = 100;
    /** The dispatcher tells its gauges once a second: what they say is not older than this. */
    private static final long GAUGE_AGE_MS = 1_500;

    private static final String SUBMISSION = "submission_cpu_us";
    private static final String DISPATCH = "dispatch_cpu_us";
    private static final String URGENT = "urgent_task_starts_as_number";

    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private final JsonSerde<TaskResult> results = JsonSerde.of(TaskResult.class);
    private final JsonSerde<TaskDelivery> deliveries = JsonSerde.of(TaskDelivery.class);
    private final JsonSerde<AgentState> states = JsonSerde.of(AgentState.class);
    private final Topics topics = Topics.withDefaultPrefix();
    private final Installation installation = new Installation();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrapServers(), "linger.ms", 1, "batch.size", 200_000),
            new StringSerializer(),
            new ByteArraySerializer());
    private final KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", installation.bootstrapServers(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    private final MeasuredService dispatcher;
    private final Report report;
    /** So many tasks are submitted and dispatched for each figure, and before it, since after a start the code is cold. */
    private final int count;

    private final int rounds;

    private int sequence;

    private DispatchBacklog(Report report, int count, int rounds) throws Exception {
        this.report = report;
        this.count = count;
        this.rounds = rounds;
        dispatcher = installation.start(
                TaskDispatcherApplication.class,
                "dispatcher",
                "4g",
                "ains.partitions=1",
                "ains.capability-partitions=1");
        tellOfAgent(AgentStatus.BUSY);
        dispatcher.awaitMetric("ains_capability_slots_free", 0);
    }

    static void run(Report report, boolean quick) throws Exception {
        int[] backlogs = quick ? new int[] {100, 1_000} : new int[] {1_000, 100_000, 1_000_000};
        try (DispatchBacklog benchmark = new DispatchBacklog(report, quick ? 100 : 20_000, quick ? 1 : 5)) {
            benchmark.warmUp();
            List<Map<String, Double>> all = new ArrayList<>();
            for (int backlog : backlogs) {
                all.add(benchmark.measure(backlog));
            }
            benchmark.compare(backlogs, all.get(0), all.get(all.size() - 1));
        }
    }

    private void compare(int[] backlogs, Map<String, Double> least, Map<String, Double> most) {
        report.row(
                String.format(Locale.ROOT, "%,d of %,d", backlogs[backlogs.length - 1], backlogs[0]),
                Report.figures(
                        "submission", most.getOrDefault(SUBMISSION, 0.0) / least.getOrDefault(SUBMISSION, 1.0),
                        "dispatch", most.getOrDefault(DISPATCH, 0.0) / least.getOrDefault(DISPATCH, 1.0)));
    }

    private void tellOfAgent(AgentStatus status) throws Exception {
        AgentState state =
                AgentStates.of(AGENT, "s1", status, StatusReason.HEARTBEAT, List.of(Capability.of(CAPABILITY, SLOTS)));
        producer.send(new ProducerRecord<>(topics.agentStates(), AGENT, states.serialize(null, state)))
                .get();
    }

    private void submit(int count, int priority) {
        for (int i = 0; i < count; i++) {
            TaskSpec task = TaskSpec.of("task-" + sequence++, "client-" + i % 10, CAPABILITY)
                    .priority(priority)
                    .inputData(Json.MAPPER.createObjectNode().put("text", "x".repeat(200)))
                    .build();
            producer.send(new ProducerRecord<>(
                    topics.taskCommands(),
                    CAPABILITY,
                    commands.serialize(null, new TaskCommand.SubmitTask(null, task))));
        }
        producer.flush();
    }

    private void submitAndWait(int tasks, int priority) throws InterruptedException {
        int before = waiting();
        submit(tasks, priority);
        dispatcher.awaitMetric("ains_tasks_in_queue", before + tasks);
    }

    /** A capability is known a moment after its agent is. */
    private void warmUp() throws Exception {
        while (waiting() == 0) {
            submit(1, 5);
        }
        submitAndWait(count, 5);
        dispatch(count);
    }

    private void fill(int backlog) throws InterruptedException {
        int missing = backlog - waiting();
        if (missing > 0) {
            submitAndWait(missing, 5);
        }
    }

    private int waiting() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(GAUGE_AGE_MS);
        return (int) dispatcher.metric("ains_tasks_in_queue");
    }

    private Map<String, Double> measure(int backlog) throws Exception {
        fill(backlog + count);
        dispatch(count);
        List<Map<String, Double>> costs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            costs.add(costs(backlog));
        }
        Map<String, Double> figures = Report.medians(costs);
        figures.put(
                URGENT,
                costs.stream()
                        .mapToDouble(round -> round.getOrDefault(URGENT, 0.0))
                        .max()
                        .orElseThrow());
        double heap = dispatcher.liveHeap();
        int left = waiting();
        dispatcher.terminate();
        double disk = diskBytes();
        long began = System.nanoTime();
        dispatcher.restart();
        awaitBacklog(left);
        double kept = (System.nanoTime() - began) / 1e9;
        dispatcher.kill();
        began = System.nanoTime();
        dispatcher.restart();
        awaitBacklog(left);
        figures.put("heap_mb", heap / 1e6);
        figures.put("disk_mb", disk / 1e6);
        figures.put("ready_after_restart_s", kept);
        figures.put("ready_after_kill_s", (System.nanoTime() - began) / 1e9);
        report.row(String.format(Locale.ROOT, "%,d waiting", backlog), figures);
        return figures;
    }

    /** Processor time of the dispatcher for each of {@code count} submissions, and then for each of as many dispatches. */
    private Map<String, Double> costs(int backlog) throws Exception {
        fill(backlog);
        double before = dispatcher.cpuSeconds();
        submitAndWait(count, 5);
        double submitted = dispatcher.cpuSeconds();
        int urgent = dispatch(count);
        double dispatched = dispatcher.cpuSeconds();
        return Report.figures(
                SUBMISSION,
                (submitted - before) / count * 1e6,
                DISPATCH,
                (dispatched - submitted) / count * 1e6,
                URGENT,
                urgent);
    }

    private void awaitBacklog(int backlog) throws Exception {
        dispatcher.awaitReady();
        dispatcher.awaitMetric("ains_tasks_in_queue", backlog);
    }

    private double diskBytes() throws IOException {
        try (Stream<Path> files = Files.walk(installation.folder().resolve("dispatcher"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Works off so many tasks; answers which of them an urgent one was that was submitted last. */
    private int dispatch(int count) throws Exception {
        TopicPartition partition = new TopicPartition(topics.capability(CAPABILITY), 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        String urgent = "task-" + sequence;
        submitAndWait(1, 10);
        tellOfAgent(AgentStatus.AVAILABLE);
        int begun = 0;
        int rank = 0;
        while (begun < count) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (!(deliveries.deserialize(null, record.value()) instanceof TaskDelivery.TaskAssignment task)) {
                    continue;
                }
                if (++begun == count) {
                    tellOfAgent(AgentStatus.BUSY);
                }
                if (task.taskId().equals(urgent)) {
                    rank = begun;
                }
                report(task, new TaskResult.Started(task.taskId(), AGENT, "s1", task.attempt(), null));
                report(task, new TaskResult.Completed(task.taskId(), AGENT, "s1", task.attempt(), null, null));
            }
        }
        producer.flush();
        drain();
        return rank;
    }

    /** What was given before the dispatcher heard that the agent wants no more. */
    private void drain() throws InterruptedException {
        long fresh = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GAUGE_AGE_MS);
        double held = 1;
        while (held > 0 || System.nanoTime() < fresh) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (deliveries.deserialize(null, record.value()) instanceof TaskDelivery.TaskAssignment task) {
                    report(task, new TaskResult.Completed(task.taskId(), AGENT, "s1", task.attempt(), null, null));
                }
            }
            held = dispatcher.metric("ains_tasks_held");
        }
    }

    private void report(TaskDelivery.TaskAssignment task, TaskResult result) {
        producer.send(new ProducerRecord<>(topics.taskResults(), task.shard(), results.serialize(null, result)));
    }

    @Override
    public void close() throws Exception {
        producer.close();
        consumer.close();
        installation.close();
    }
}
