package io.ains.benchmarks;

import io.ains.dispatcher.domain.AgentRecord;
import io.ains.dispatcher.domain.Dispatcher;
import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.dispatcher.domain.Effects;
import io.ains.dispatcher.domain.TaskArchive;
import io.ains.dispatcher.domain.TaskRecord;
import io.ains.heartbeat.streams.HeartbeatDeserializer;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import tools.jackson.databind.JsonNode;

/** The rules and the serdes alone, without Kafka: time and allocation of each operation, by JMH. */
public final class Cores implements io.ains.benchmarks.Benchmark {
    @Override
    public void run(Report report, boolean quick) throws Exception {
        var options = new OptionsBuilder()
                .include(Cores.class.getName() + "\\..*")
                .addProfiler(GCProfiler.class)
                .forks(1)
                .jvmArgsAppend("-Xmx2g", "-XX:+UseSerialGC")
                .warmupIterations(quick ? 1 : 4)
                .warmupTime(quick ? TimeValue.milliseconds(100) : TimeValue.seconds(2))
                .measurementIterations(quick ? 1 : 5)
                .measurementTime(quick ? TimeValue.milliseconds(100) : TimeValue.seconds(2))
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            String name = result.getParams().getBenchmark();
            String waiting = result.getParams().getParam("waiting");
            report.row(
                    name.substring(name.lastIndexOf('.') + 1) + (waiting == null ? "" : ", " + waiting + " waiting"),
                    Report.figures(
                            "ns_per_op", result.getPrimaryResult().getScore(), "bytes_per_op", allocated(result)));
        }
    }

    private static double allocated(RunResult result) {
        var norm = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return norm == null ? Double.NaN : norm.getScore();
    }

    /** A task from its submission to its completion, while others wait. */
    @State(Scope.Thread)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public static class Lifecycle implements Effects, TaskArchive {
        /** How many tasks wait all the time. */
        @Param({"1000", "1000000"})
        public int waiting;

        private final Map<String, TaskSpec> specs = new HashMap<>();
        private final Deque<TaskEvent.Assigned> assigned = new ArrayDeque<>();
        private final JsonNode input = Json.MAPPER.createObjectNode().put("text", "x".repeat(200));
        private Dispatcher dispatcher = new Dispatcher(DispatcherSettings.defaults(), this, this);
        private long now = 1_000_000;
        private int sequence;

        @Setup
        public void fill() {
            dispatcher = new Dispatcher(DispatcherSettings.defaults(), this, this);
            dispatcher.tick(now, 0);
            dispatcher.on(
                    new AgentCapacity(
                            "agent",
                            "session",
                            "work",
                            DeliveryMode.KAFKA,
                            AgentStatus.AVAILABLE,
                            StatusReason.REGISTERED,
                            1,
                            0.5),
                    now);
            dispatcher.open("work");
            for (int i = 0; i <= waiting; i++) {
                submit();
            }
        }

        private void submit() {
            TaskSpec task = TaskSpec.of("task-" + sequence, "client-" + sequence % 10, "work")
                    .priority(1 + sequence % 10)
                    .inputData(input)
                    .build();
            sequence++;
            dispatcher.on(new TaskCommand.SubmitTask(null, task), ++now);
        }

        /** One more task, and the end of the one that runs, which starts the next. */
        @Benchmark
        public void lifecycle() {
            submit();
            TaskEvent.Assigned task = assigned.remove();
            dispatcher.on(
                    new TaskResult.Started(task.taskId(), task.agentId(), task.sessionId(), task.attempt(), null),
                    ++now);
            dispatcher.on(
                    new TaskResult.Completed(
                            task.taskId(), task.agentId(), task.sessionId(), task.attempt(), null, null),
                    ++now);
            if (sequence % 1_000 == 0) {
                dispatcher.tick(now, 0);
            }
        }

        @Override
        public void event(TaskEvent event) {
            if (event instanceof TaskEvent.Submitted submitted) {
                specs.put(event.taskId(), submitted.task());
            } else if (event instanceof TaskEvent.Assigned given) {
                assigned.add(given);
            } else if (event instanceof TaskEvent.Completed) {
                specs.remove(event.taskId());
            }
        }

        @Override
        public void tell(String capability, TaskDelivery delivery) {}

        @Override
        public void agent(AgentOutcome outcome) {}

        @Override
        public void store(TaskRecord task) {}

        @Override
        public void store(AgentRecord agent, boolean gone) {}

        @Override
        public void newCapability(String capability) {}

        @Override
        public void forget(String taskId) {}

        @Override
        public void ignored(RejectionCode why) {
            throw new IllegalStateException("expected only good reports, but one was ignored: " + why);
        }

        @Override
        public @Nullable JsonNode resultOf(String taskId) {
            return null;
        }
    }

    /** Records to bytes and back. */
    @State(Scope.Thread)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public static class Serdes {
        private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
        private final JsonSerde<HeartbeatEvent> heartbeats = JsonSerde.of(HeartbeatEvent.class);
        private final HeartbeatDeserializer quick = new HeartbeatDeserializer();
        private final TaskCommand command = new TaskCommand.SubmitTask(
                null,
                TaskSpec.of("task-1", "client", "work")
                        .inputData(Json.MAPPER.createObjectNode().put("text", "x".repeat(200)))
                        .build());
        private final byte[] commandBytes = commands.serialize(null, command);
        private final byte[] heartbeatBytes = heartbeats.serialize(
                null,
                new HeartbeatEvent.Heartbeat(
                        "agent-1",
                        "session",
                        HealthStatus.ACTIVE,
                        60_000L,
                        Json.MAPPER.createObjectNode().put("queue", 3)));

        @Benchmark
        public Object writeCommand() {
            return commands.serialize(null, command);
        }

        @Benchmark
        public Object readCommand() {
            return commands.deserialize(null, commandBytes);
        }

        @Benchmark
        public Object readHeartbeat() {
            return quick.deserialize("heartbeats", heartbeatBytes);
        }

        @Benchmark
        public Object readHeartbeatBySchema() {
            return heartbeats.deserialize(null, heartbeatBytes);
        }
    }
}
