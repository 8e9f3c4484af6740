package io.ains.standalone;

import io.ains.agent.Agent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent in a process of its own, so that it can be killed. It does some tasks and then hangs in the others. */
final class WorkerProcess {
    static final int SLOTS = 4;
    static final int DONE_BEFORE_IT_HANGS = 20;

    private WorkerProcess() {}

    static Process start(String bootstrapServers, String agentId, String capability, Path output) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(),
                        bootstrapServers,
                        agentId,
                        capability))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    public static void main(String[] args) {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        Agent.builder(args[1])
                .bootstrapServers(args[0])
                .capability(args[2], task -> {
                    if (begun.incrementAndGet() > DONE_BEFORE_IT_HANGS) {
                        never.await();
                    }
                    return Map.of("by", args[1]);
                })
                .maxConcurrency(SLOTS)
                .heartbeatInterval(Duration.ofMillis(500))
                .build()
                .start();
    }
}
