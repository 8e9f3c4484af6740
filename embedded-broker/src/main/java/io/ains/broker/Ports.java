package io.ains.broker;

import io.ains.broker.BrokerStartException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds and checks ports before a server binds them, for servers that must be told theirs.
 *
 * <p>Kafka answers a port in use by ending the JVM, and cannot be told to keep a port that it chose itself.
 *
 * <p>All methods can be called from any thread.
 */
public final class Ports {
    /**
     * Below the range from which Linux, macOS and Windows take the ports of outgoing connections: a client that keeps
     * reconnecting while the broker is down could otherwise be given the broker's own port, and keep it from coming back.
     */
    private static final int FIRST = 15_000;

    private static final int END = 32_000;
    private static final int ATTEMPTS = 100;
    private static final AtomicInteger next =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, END));

    private Ports() {}

    /**
     * A port that nobody listens on at an address of this machine. This JVM gets another one with each call, also when
     * nobody has bound the last yet, until it had them all.
     *
     * @throws BrokerStartException when there is none
     */
    public static int free(String host) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = next.getAndUpdate(given -> given + 1 < END ? given + 1 : FIRST);
            if (isFree(host, port)) {
                return port;
            }
        }
        throw new BrokerStartException(Reason.ADDRESS_UNAVAILABLE, "Found no free port to listen on at " + host + ".");
    }

    private static boolean isFree(String host, int port) {
        try {
            bind(host, port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static void requireFree(String host, int port) {
        try {
            bind(host, port);
        } catch (IOException e) {
            throw new BrokerStartException(
                    Reason.ADDRESS_UNAVAILABLE,
                    "The broker cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "); stop what uses this port or name another one.",
                    e);
        }
    }

    private static void bind(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("unknown host");
        }
        try (ServerSocket socket = new ServerSocket()) {
            // As Kafka does, so that connections of the last run that still linger do not count as taken.
            socket.setReuseAddress(true);
            socket.bind(address);
        }
    }
}
