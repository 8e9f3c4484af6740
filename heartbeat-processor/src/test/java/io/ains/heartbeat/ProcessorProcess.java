package io.ains.heartbeat;

import io.ains.protocol.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A heartbeat-processor that can be killed: a process of its own. */
final class ProcessorProcess implements AutoCloseable {
    private final Process process;

    ProcessorProcess(String bootstrapServers, Topics topics, Path stateDir, Path output) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HeartbeatProcessorApplication.class.getName(),
                "--server.port=0",
                "--ains.bootstrap-servers=" + bootstrapServers,
                "--ains.topic-prefix=" + topics.prefix(),
                "--ains.partitions=2",
                "--ains.streams.state-dir=" + stateDir);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
