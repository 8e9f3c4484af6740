package io.ains.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a broker needs to know before it starts.
 *
 * @param dataDir where topics, offsets and the cluster's id are kept over restarts; it is made and formatted when
 *     it is missing or empty
 * @param host the address to listen on, which is also the one told to clients unless {@code properties} names
 *     {@code advertised.listeners}
 * @param port 1 to 65535, or 0 to have a free one chosen
 * @param properties broker configuration by Kafka's names, over the embedded broker's own defaults; the keys that
 *     make it what it is (roles, node id, listeners, folder) are not changed by them
 */
public record BrokerSettings(Path dataDir, String host, int port, Map<String, String> properties) {
    private static final int MAX_PORT = 65_535;

    public BrokerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("expected a host to listen on, but got a blank one");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("expected a port of 0 to 65535, but got " + port);
        }
        dataDir = dataDir.toAbsolutePath().normalize();
        properties = Map.copyOf(properties);
    }

    /** A broker on a free port of the loopback address, which keeps its data in {@code dataDir}. */
    public static BrokerSettings in(Path dataDir) {
        return new BrokerSettings(dataDir, "127.0.0.1", 0, Map.of());
    }

    /**
     * The embedded broker's own defaults by Kafka's names, so that another broker (a container in a test) can be given
     * the same; without anything about listeners, roles or folders.
     */
    public static Map<String, String> defaultProperties() {
        return Map.copyOf(BrokerProperties.defaults());
    }

    /** The same settings with another host. */
    public BrokerSettings withHost(String newHost) {
        return new BrokerSettings(dataDir, newHost, port, properties);
    }

    /** The same settings with another port. */
    public BrokerSettings withPort(int newPort) {
        return new BrokerSettings(dataDir, host, newPort, properties);
    }

    /** The same settings with one more broker property, which replaces an earlier value. */
    public BrokerSettings withProperty(String key, String value) {
        Map<String, String> changed = new HashMap<>(properties);
        changed.put(key, value);
        return new BrokerSettings(dataDir, host, port, changed);
    }
}
