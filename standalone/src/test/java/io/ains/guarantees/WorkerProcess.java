package io.ains.guarantees;

import io.ains.agent.Agent;
import io.ains.testkit.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, so that it can be killed or frozen. */
final class WorkerProcess {
    /** Dead after six of them, so that a freeze of a few seconds makes a zombie of it. */
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    /** So that it has some in hand whenever it is frozen, and reports them when they are others' already. */
    private static final long LONGEST_TASK_MS = 1_000;

    private WorkerProcess() {}

    static ServiceProcess of(Path folder, String bootstrapServers, String id, String capability, int slots) {
        return new ServiceProcess(
                WorkerProcess.class,
                folder.resolve(id + ".log"),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                bootstrapServers,
                id,
                capability,
                Integer.toString(slots));
    }

    /** Takes where Kafka is, the agent's id, its capability and its slots. */
    public static void main(String[] args) {
        Agent.builder(args[1])
                .bootstrapServers(args[0])
                .capability(args[2], task -> {
                    TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(LONGEST_TASK_MS));
                    return Map.of("by", args[1], "attempt", task.attempt());
                })
                .maxConcurrency(Integer.parseInt(args[3]))
                .heartbeatInterval(HEARTBEAT)
                .startTimeout(Duration.ofMinutes(2))
                .build()
                .start();
    }
}
