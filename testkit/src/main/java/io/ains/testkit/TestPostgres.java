package io.ains.testkit;

import io.ains.broker.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one real PostgreSQL that the tests of a JVM share: a container where Docker answers, else a private cluster of
 * the programs that are installed, in a temporary folder and on a port of its own. It starts with the first question
 * for it and ends with the JVM. All methods can be called from any thread.
 */
public final class TestPostgres {
    private static final String IMAGE = "postgres:15";
    private static final String USER = "ains";
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private TestPostgres() {}

    /** Who connects; has all rights, and needs a password where {@link #password()} is not empty. */
    public static String user() {
        return USER;
    }

    /** What {@link #user()} says. */
    public static String password() {
        return Shared.SERVER.password;
    }

    /**
     * Where a database is, or will be once it is made.
     *
     * @param database its name; {@code postgres} is always there
     * @throws RuntimeException when no server can be started
     */
    public static String url(String database) {
        return Shared.SERVER.base + database;
    }

    private record Server(String base, String password) {}

    private static Server start() {
        if (DockerProbe.answers(System.getenv())) {
            try {
                return startContainer();
            } catch (RuntimeException e) {
                // A machine may have Docker but no way to the image.
                report("no container of " + IMAGE + " could be started (" + e.getMessage() + ")");
            }
        }
        try {
            return startCluster();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The container is closed by the hook, as it lives as long as the JVM.
    @SuppressWarnings("resource")
    private static Server startContainer() {
        PostgreSQLContainer container =
                new PostgreSQLContainer(IMAGE).withUsername(USER).withPassword(USER);
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "test-postgres-stop"));
        container.start();
        String base = "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(5432) + "/";
        report("Testcontainers " + IMAGE + " at " + base);
        return new Server(base, USER);
    }

    private static Server startCluster() throws IOException {
        Path programs = programs();
        Path folder = Files.createTempDirectory("ains-test-postgres");
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            // PostgreSQL refuses to run as root.
            run(List.of("chown", "postgres", folder.toString()));
        }
        List<String> prefix = root ? List.of("runuser", "-u", "postgres", "--") : List.of();
        String data = folder.resolve("data").toString();
        run(prefix, programs.resolve("initdb").toString(), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8");
        int port = Ports.free("127.0.0.1");
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1 -c fsync=off"
                + " -c max_connections=200";
        String control = programs.resolve("pg_ctl").toString();
        run(
                prefix,
                control,
                "-D",
                data,
                "-o",
                options,
                "-l",
                folder.resolve("log").toString(),
                "-w",
                "start");
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            run(prefix, control, "-D", data, "-m", "immediate", "-w", "stop");
                            run(List.of("rm", "-rf", folder.toString()));
                        },
                        "test-postgres-stop"));
        String base = "jdbc:postgresql://127.0.0.1:" + port + "/";
        report(programs + " at " + base);
        return new Server(base, "");
    }

    private static Path programs() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            throw new IllegalStateException("expected Docker, or PostgreSQL in " + DEBIAN
                    + ": install Debian's package postgresql, or run the tests on SQLite alone");
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.max(Comparator.comparingInt(
                            version -> Integer.parseInt(version.getFileName().toString())))
                    .orElseThrow()
                    .resolve("bin");
        }
    }

    private static void run(List<String> prefix, String... command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        run(all);
    }

    private static void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " ended with " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command, e);
        }
    }

    @SuppressWarnings("SystemOut") // For whoever reads the build's output, with or without a logger.
    private static void report(String server) {
        System.out.println("test PostgreSQL: " + server);
    }

    /** Starts the server when it is first asked for; class initialisation makes that happen once. */
    private static final class Shared {
        static final Server SERVER = start();
    }
}
