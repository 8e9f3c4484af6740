package io.ains.testkit;

import io.ains.broker.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Brokers in processes of their own, on a network that can be cut between any of them and the rest. Each broker and
 * the clients see the others under addresses of their own ({@code 127.WHO.0.WHOM}), so it needs a machine on which all
 * of 127.0.0.0/8 is the loopback, as on Linux. Used by one thread.
 */
public final class BrokerCluster implements AutoCloseable {
    /** In the place of a broker's number, as {@code 127.100.0.1} for what clients see of the first broker. */
    private static final int CLIENTS = 100;

    /** Each broker's ports: for its brothers, for their controllers, for clients. */
    static final int PORTS_EACH = BrokerNode.Listener.values().length;

    private final List<ServiceProcess> brokers = new ArrayList<>();
    private final Links links = new Links();
    private final List<Way> ways = new ArrayList<>();
    private final String bootstrapServers;

    private record Way(int from, int to, Links.Link link) {}

    /**
     * A cluster that is being started.
     *
     * @param folder for the brokers' data and what they write
     * @param size the number of brokers, at least 1
     */
    public BrokerCluster(Path folder, int size) {
        List<Integer> ports = Stream.generate(() -> Ports.free(BrokerNode.HOST))
                .limit((long) size * PORTS_EACH)
                .toList();
        for (int to = 1; to <= size; to++) {
            for (int from = 1; from <= size; from++) {
                if (from != to) {
                    open(from, to, BrokerNode.Listener.BROKERS.port(ports, to));
                    open(from, to, BrokerNode.Listener.CONTROLLER.port(ports, to));
                }
            }
            open(CLIENTS, to, BrokerNode.Listener.CLIENTS.port(ports, to));
        }
        for (int id = 1; id <= size; id++) {
            brokers.add(broker(folder, id, ports).start());
        }
        bootstrapServers = IntStream.rangeClosed(1, size)
                .mapToObj(id -> address(CLIENTS, id) + ":" + BrokerNode.Listener.CLIENTS.port(ports, id))
                .collect(Collectors.joining(","));
    }

    private void open(int from, int to, int port) {
        Links.Link link = links.open(
                new InetSocketAddress(address(from, to), port), new InetSocketAddress(BrokerNode.HOST, port));
        ways.add(new Way(from, to, link));
    }

    private static String address(int from, int to) {
        return "127." + from + ".0." + to;
    }

    private static ServiceProcess broker(Path folder, int id, List<Integer> ports) {
        Path hosts = folder.resolve("broker-" + id + ".hosts");
        List<String> lines = new ArrayList<>(List.of(BrokerNode.HOST + " localhost " + BrokerNode.name(id)));
        for (int other = 1; other <= ports.size() / PORTS_EACH; other++) {
            if (other != id) {
                lines.add(address(id, other) + " " + BrokerNode.name(other));
            }
        }
        try {
            Files.write(hosts, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ServiceProcess(
                BrokerNode.class,
                folder.resolve("broker-" + id + ".log"),
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + hosts.toAbsolutePath()),
                Integer.toString(id),
                folder.resolve("broker-" + id).toString(),
                address(CLIENTS, id),
                ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    /** Where clients connect. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The brokers' processes. */
    public List<ServiceProcess> brokers() {
        return brokers;
    }

    /**
     * Drops all that goes between a broker and the others, and between it and the clients, without a word to either.
     *
     * @param broker its number, from 1
     */
    public void cutOff(int broker) {
        ways.stream().filter(way -> way.from == broker || way.to == broker).forEach(way -> way.link.cut());
    }

    /**
     * As {@link #cutOff(int)}, but for the clients, which go on to talk to a broker that is alone.
     *
     * @param broker its number, from 1
     */
    public void cutOffFromBrokers(int broker) {
        ways.stream()
                .filter(way -> way.from == broker || way.to == broker && way.from != CLIENTS)
                .forEach(way -> way.link.cut());
    }

    /** Mends every way; what was dropped arrives. */
    public void mend() {
        ways.forEach(way -> way.link.mend());
    }

    @Override
    public void close() {
        brokers.forEach(ServiceProcess::close);
        links.close();
    }
}
