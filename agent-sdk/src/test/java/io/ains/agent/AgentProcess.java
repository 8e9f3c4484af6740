package io.ains.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent as its author would run it: a process that starts it and leaves the rest to the signal that ends it. */
final class AgentProcess {
    static final Duration DRAIN = Duration.ofSeconds(3);

    private AgentProcess() {}

    record Text(String text, int maxWords) {}

    static Process start(ScriptedControlPlane plane, String agentId, Path output) throws IOException {
        return start(plane, agentId, output, System.getProperty("java.class.path"));
    }

    static Process start(ScriptedControlPlane plane, String agentId, Path output, String classPath) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        AgentProcess.class.getName(),
                        plane.bootstrapServers,
                        plane.topics.prefix(),
                        agentId))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    public static void main(String[] args) {
        CountDownLatch never = new CountDownLatch(1);
        Agent.builder(args[2])
                .bootstrapServers(args[0])
                .topicPrefix(args[1])
                .capability("wait", task -> {
                    long millis = task.input().path("ms").asLong(TimeUnit.HOURS.toMillis(1));
                    return never.await(millis, TimeUnit.MILLISECONDS);
                })
                .capability("typed", Text.class, task -> task.input().text())
                .maxConcurrency(2)
                .heartbeatInterval(Duration.ofMillis(500))
                .drainTimeout(DRAIN)
                .build()
                .start();
    }
}
