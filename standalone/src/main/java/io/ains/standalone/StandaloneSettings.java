package io.ains.standalone;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a standalone AINS keeps its data and listens. A port is 1 to 65535, or 0 to have a free one chosen.
 *
 * @param dataDir the broker's log, the registry's database and the processors' state, kept over restarts; made if it is
 *     missing
 * @param host the address that all four listen on; with a wildcard, clients of Kafka are told the machine's name
 * @param kafkaPort of the broker
 * @param httpPort of the registry-service, which is the HTTP API
 * @param heartbeatPort of the heartbeat-processor's metrics and probes
 * @param dispatcherPort of the task-dispatcher's metrics and probes
 */
public record StandaloneSettings(
        Path dataDir, String host, int kafkaPort, int httpPort, int heartbeatPort, int dispatcherPort) {
    static final String LOOPBACK = "127.0.0.1";

    public StandaloneSettings {
        dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** On free ports of the loopback address. */
    public static StandaloneSettings in(Path dataDir) {
        return new StandaloneSettings(dataDir, LOOPBACK, 0, 0, 0, 0);
    }

    /** Each port by the option that sets it. */
    Map<String, Integer> ports() {
        return Map.of(
                ListenOptions.KAFKA_PORT, kafkaPort,
                ListenOptions.HTTP_PORT, httpPort,
                ListenOptions.HEARTBEAT_PORT, heartbeatPort,
                ListenOptions.DISPATCHER_PORT, dispatcherPort);
    }
}
