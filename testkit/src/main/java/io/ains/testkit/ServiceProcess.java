package io.ains.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program on this JVM's class path in a process of its own, so that it can die as processes do: by {@code SIGKILL},
 * or frozen by {@code SIGSTOP} and let go on when everybody has given it up. It can be started again. Used by one
 * thread.
 */
public final class ServiceProcess implements AutoCloseable {
    private final List<String> command;
    private final File log;
    private @Nullable Process process;

    /**
     * A program that is not started yet.
     *
     * @param main its class
     * @param log where it writes, over all its starts
     * @param options of its JVM, such as {@code -Xmx512m}
     * @param arguments of its own
     */
    public ServiceProcess(Class<?> main, Path log, List<String> options, String... arguments) {
        this.command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Stream.of(arguments).forEach(command::add);
        this.log = log.toFile();
    }

    /** Starts it, or starts it again. */
    public ServiceProcess start() {
        if (isAlive()) {
            throw new IllegalStateException("expected a process that has ended, but it is alive");
        }
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Whether it runs, or is frozen. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The id of the process that was started last. */
    public long pid() {
        return started().pid();
    }

    /** The processor time that it has used, in seconds; 0 where the system does not tell. */
    public double cpuSeconds() {
        return started().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1_000.0;
    }

    /** Ends it at once, without a chance to tell anybody, and waits until it is gone. */
    public void kill() throws InterruptedException {
        Process killed = started().destroyForcibly();
        if (!killed.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process did not end by SIGKILL");
        }
    }

    /** Asks it to end, and waits for that. */
    public void terminate() throws InterruptedException {
        started().destroy();
        if (!started().waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process did not end by SIGTERM within a minute");
        }
    }

    /** Stops it where it is; for the others it is as good as dead, but it does not know. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets a frozen one go on. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process sent = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .inheritIO()
                .start();
        if (sent.waitFor() != 0) {
            throw new IOException("the signal " + name + " could not be sent");
        }
    }

    private Process started() {
        Process known = process;
        if (known == null) {
            throw new IllegalStateException("expected a process that was started");
        }
        return known;
    }

    /** All that it has written. */
    public String output() throws IOException {
        return Files.readString(log.toPath());
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
