package io.ains.testkit;

import io.ains.broker.BrokerSettings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One broker and controller of a {@link BrokerCluster}, in a process of its own, so that it can be killed or frozen while
 * the others go on. Each record has as many copies as the cluster has brokers, and one less of them must have it before
 * it is acknowledged.
 */
final class BrokerNode {
    /** The address that every broker listens on. */
    static final String HOST = "127.0.0.1";

    private static final String CLUSTER_ID = "YWlucy10ZXN0LWNsdXN0ZQ";

    /** Whom a broker listens to, each on a port of its own. */
    enum Listener {
        BROKERS,
        CONTROLLER,
        CLIENTS;

        /** The port of a broker, whose number is from 1, among those of all brokers. */
        int port(List<Integer> ports, int id) {
            return ports.get((id - 1) * BrokerCluster.PORTS_EACH + ordinal());
        }

        String at(String host, List<Integer> ports, int id) {
            return name() + "://" + host + ":" + port(ports, id);
        }
    }

    private BrokerNode() {}

    /** Under what name a broker is known to the others. */
    static String name(int id) {
        return "broker-" + id;
    }

    /** Takes the node's id from 1, its folder, the address that clients know it by, and the cluster's ports. */
    public static void main(String[] args) throws Exception {
        int id = Integer.parseInt(args[0]);
        Path dir = Files.createDirectories(Path.of(args[1]));
        List<Integer> ports =
                List.of(args[3].split(",")).stream().map(Integer::valueOf).toList();
        if (!Files.exists(dir.resolve("meta.properties"))) {
            format(id, dir);
        }
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(config(id, dir, args[2], ports), false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(int id, Path dir) throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(id)
                    .setClusterId(CLUSTER_ID)
                    .addDirectory(dir.toString())
                    .setMetadataLogDirectory(dir.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        }
    }

    private static Map<String, String> config(int id, Path dir, String clientsHost, List<Integer> ports) {
        int size = ports.size() / BrokerCluster.PORTS_EACH;
        Map<String, String> config = new HashMap<>(BrokerSettings.defaultProperties());
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(id));
        config.put("log.dirs", dir.toString());
        config.put("listeners", listeners(listener -> listener.at(HOST, ports, id)));
        config.put(
                "advertised.listeners",
                listeners(listener -> listener.at(listener == Listener.CLIENTS ? clientsHost : name(id), ports, id)));
        config.put("inter.broker.listener.name", Listener.BROKERS.name());
        config.put("controller.listener.names", Listener.CONTROLLER.name());
        config.put("listener.security.protocol.map", listeners(listener -> listener + ":PLAINTEXT"));
        config.put(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, size)
                        .mapToObj(node -> node + "@" + name(node) + ":" + Listener.CONTROLLER.port(ports, node))
                        .collect(Collectors.joining(",")));
        // How long a transaction may wait for a broker that was cut off.
        config.put("request.timeout.ms", "5000");
        String copies = Integer.toString(size);
        String needed = Integer.toString(Math.max(1, size - 1));
        config.put("default.replication.factor", copies);
        config.put("min.insync.replicas", needed);
        config.put("offsets.topic.replication.factor", copies);
        config.put("transaction.state.log.replication.factor", copies);
        config.put("transaction.state.log.min.isr", needed);
        return config;
    }

    private static String listeners(Function<Listener, String> each) {
        return Stream.of(Listener.values()).map(each).collect(Collectors.joining(","));
    }
}
