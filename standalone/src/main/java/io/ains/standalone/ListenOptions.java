package io.ains.standalone;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say where AINS listens. Filled in by picocli. */
final class ListenOptions {
    static final String KAFKA_PORT = "--kafka-port";
    static final String HTTP_PORT = "--port";
    static final String HEARTBEAT_PORT = "--heartbeat-port";
    static final String DISPATCHER_PORT = "--dispatcher-port";

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "Address to listen on (${DEFAULT-VALUE}). Nothing asks for a password: mind who can reach it.")
    private String host = StandaloneSettings.LOOPBACK;

    @Option(names = HTTP_PORT, paramLabel = "PORT", description = "The HTTP API (${DEFAULT-VALUE}); 0 for a free one.")
    private int httpPort = 8000;

    @Option(names = KAFKA_PORT, paramLabel = "PORT", description = "The broker (${DEFAULT-VALUE}); 0 for a free one.")
    private int kafkaPort = 9092;

    @Option(
            names = HEARTBEAT_PORT,
            paramLabel = "PORT",
            description = "The heartbeat-processor's metrics (${DEFAULT-VALUE}); 0 for a free one.")
    private int heartbeatPort = 8001;

    @Option(
            names = DISPATCHER_PORT,
            paramLabel = "PORT",
            description = "The task-dispatcher's metrics (${DEFAULT-VALUE}); 0 for a free one.")
    private int dispatcherPort = 8002;

    StandaloneSettings in(Path dataDir) {
        return new StandaloneSettings(dataDir, host, kafkaPort, httpPort, heartbeatPort, dispatcherPort);
    }
}
