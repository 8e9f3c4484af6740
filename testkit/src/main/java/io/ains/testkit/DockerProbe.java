package io.ains.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks Docker whether it is there, in at most a second and a half.
 *
 * <p>Testcontainers asks too, but tries one way after another and takes many seconds to find out that there is none,
 * which each test run on a machine without Docker would pay.
 */
final class DockerProbe {
    private static final long TIMEOUT_MILLIS = 1_500;
    private static final byte[] PING =
            "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int ENOUGH = 64;

    private DockerProbe() {}

    static boolean answers(Map<String, String> environment) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        // On its own thread, as a Unix socket in Java knows no timeout.
        Thread asking = new Thread(
                () -> answer.complete(addresses(environment).stream().anyMatch(DockerProbe::ping)), "docker-probe");
        asking.setDaemon(true);
        asking.start();
        return answer.completeOnTimeout(false, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private static List<SocketAddress> addresses(Map<String, String> environment) {
        String host = environment.get("DOCKER_HOST");
        if (host != null && !host.isBlank()) {
            return parse(host);
        }
        List<SocketAddress> found = new ArrayList<>();
        addIfThere(found, Path.of("/var/run/docker.sock"));
        addIfThere(found, Path.of(System.getProperty("user.home"), ".docker", "run", "docker.sock"));
        String runtimeDir = environment.get("XDG_RUNTIME_DIR");
        if (runtimeDir != null && !runtimeDir.isBlank()) {
            addIfThere(found, Path.of(runtimeDir, "docker.sock"));
        }
        return found;
    }

    private static void addIfThere(List<SocketAddress> addresses, Path socket) {
        if (Files.exists(socket)) {
            addresses.add(UnixDomainSocketAddress.of(socket));
        }
    }

    private static List<SocketAddress> parse(String host) {
        try {
            URI uri = URI.create(host);
            if ("unix".equals(uri.getScheme())) {
                return List.of(UnixDomainSocketAddress.of(uri.getPath()));
            }
            return "tcp".equals(uri.getScheme())
                    ? List.of(new InetSocketAddress(uri.getHost(), uri.getPort()))
                    : List.of();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static boolean ping(SocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer request = ByteBuffer.wrap(PING);
            while (request.hasRemaining()) {
                channel.write(request);
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(ENOUGH);
            while (answer.size() < ENOUGH && channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String status = answer.toString(StandardCharsets.US_ASCII);
            return status.startsWith("HTTP/1.") && status.contains(" 200 ");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
