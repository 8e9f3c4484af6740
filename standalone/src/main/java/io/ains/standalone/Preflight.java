package io.ains.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** What can be seen to be wrong before anything is started, so that it is said in a sentence and at once. */
final class Preflight {
    private static final int MAX_PORT = 65_535;
    private static final long MIB = 1024L * 1024;
    private static final long MIN_HEAP_MIB = 384;
    /** Some collectors do not count a part of -Xmx that they cannot use all the time. */
    private static final double COUNTED_SHARE = 0.9;

    private Preflight() {}

    /**
     * Checks the memory, the host, the ports and the data folder, which is made if it is missing.
     *
     * @throws StartException if AINS cannot run like this
     */
    static void check(StandaloneSettings settings) {
        requireHeap(Runtime.getRuntime().maxMemory());
        InetAddress host = requireHost(settings.host());
        requireDistinct(settings.ports());
        settings.ports().forEach((option, port) -> requireFree(host, option, port));
        if (host.isAnyLocalAddress() && settings.kafkaPort() == 0) {
            throw new StartException("Expected a " + ListenOptions.KAFKA_PORT + " other than 0 with the host "
                    + settings.host() + ", because the broker must know the address that its clients come by.");
        }
        try {
            Files.createDirectories(settings.dataDir());
        } catch (IOException e) {
            throw new StartException(
                    "The data folder " + settings.dataDir() + " cannot be made (" + e + "); name another one.", e);
        }
    }

    static void requireHeap(long maxBytes) {
        if (maxBytes < MIN_HEAP_MIB * MIB * COUNTED_SHARE) {
            throw new StartException("AINS needs a heap of at least " + MIN_HEAP_MIB + " MiB, but this JVM has "
                    + maxBytes / MIB + " MiB; give it more with AINS_JAVA_OPTS=-Xmx1g.");
        }
    }

    private static InetAddress requireHost(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new StartException("The host " + host + " is not known; name an address of this machine.", e);
        }
    }

    private static void requireDistinct(Map<String, Integer> ports) {
        Map<Integer, String> options = new HashMap<>();
        ports.forEach((option, port) -> {
            String other = port == 0 ? null : options.put(port, option);
            if (other != null) {
                throw new StartException("The port " + port + " is given to both " + other + " and " + option + ".");
            }
        });
    }

    private static void requireFree(InetAddress host, String option, int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new StartException(
                    "Expected a port of 0 to " + MAX_PORT + " for " + option + ", but got " + port + ".");
        }
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it, so that lingering connections of the last run do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new StartException(
                    "Cannot listen on " + host.getHostAddress() + ":" + port + " (" + e.getMessage()
                            + "); stop what uses this port, or choose another one with " + option + ".",
                    e);
        }
    }
}
