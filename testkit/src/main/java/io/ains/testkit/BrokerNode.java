package io.ains.testkit;

import io.ains.broker.BrokerSettings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One broker and controller of a cluster, in a process of its own, so that it can be killed or frozen while the others
 * go on. Each record has as many copies as the cluster has brokers, and one less of them must have it before it is
 * acknowledged.
 */
public final class BrokerNode {
    private static final String CLUSTER_ID = "YWlucy10ZXN0LWNsdXN0ZQ";
    private static final String HOST = "127.0.0.1";

    private BrokerNode() {}

    /**
     * The cluster's brokers, not yet started.
     *
     * @param folder for their data and what they write
     * @param ports of the brokers, and then of their controllers: two for each
     * @return a process for each
     */
    public static List<ServiceProcess> cluster(Path folder, List<Integer> ports) {
        int size = ports.size() / 2;
        String all = ports.stream().map(String::valueOf).collect(Collectors.joining(","));
        List<ServiceProcess> nodes = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            nodes.add(new ServiceProcess(
                    BrokerNode.class,
                    folder.resolve("broker-" + id + ".log"),
                    List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                    Integer.toString(id),
                    folder.resolve("broker-" + id).toString(),
                    all));
        }
        return nodes;
    }

    /** Takes the node's id from 1, its folder, and the cluster's ports. */
    public static void main(String[] args) throws Exception {
        int id = Integer.parseInt(args[0]);
        Path dir = Files.createDirectories(Path.of(args[1]));
        List<Integer> ports =
                List.of(args[2].split(",")).stream().map(Integer::valueOf).toList();
        if (!Files.exists(dir.resolve("meta.properties"))) {
            format(id, dir);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config(id, dir, ports), false), Time.SYSTEM);
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

    private static Map<String, String> config(int id, Path dir, List<Integer> ports) {
        int size = ports.size() / 2;
        Map<String, String> config = new HashMap<>(BrokerSettings.defaultProperties());
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(id));
        config.put("log.dirs", dir.toString());
        String own = "PLAINTEXT://" + HOST + ":" + ports.get(id - 1);
        config.put("listeners", own + ",CONTROLLER://" + HOST + ":" + ports.get(size + id - 1));
        config.put("advertised.listeners", own);
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("controller.listener.names", "CONTROLLER");
        config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.put(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, size)
                        .mapToObj(node -> node + "@" + HOST + ":" + ports.get(size + node - 1))
                        .collect(Collectors.joining(",")));
        String copies = Integer.toString(size);
        String needed = Integer.toString(Math.max(1, size - 1));
        config.put("default.replication.factor", copies);
        config.put("min.insync.replicas", needed);
        config.put("offsets.topic.replication.factor", copies);
        config.put("transaction.state.log.replication.factor", copies);
        config.put("transaction.state.log.min.isr", needed);
        return config;
    }
}
