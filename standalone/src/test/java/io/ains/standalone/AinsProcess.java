package io.ains.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code ains} command in a process of its own. */
final class AinsProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final String[] FREE_PORTS = {
        "--port=0", "--kafka-port=0", "--heartbeat-port=0", "--dispatcher-port=0"
    };

    private final Process process;
    private final Path out;
    private final Path err;

    /** Starts it on free ports, with temporary files of its own. */
    AinsProcess(Path folder, String... arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dlogback.configurationFile=logback.xml",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(FREE_PORTS));
        out = Files.createTempFile(folder, "out", ".txt");
        err = Files.createTempFile(folder, "err", ".txt");
        process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** Waits until the command has printed what matches, and returns its first group. */
    String awaitPrinted(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return await().atMost(START_TIMEOUT)
                .failFast("the command has ended", () -> !process.isAlive())
                .until(
                        () -> {
                            Matcher found = pattern.matcher(out());
                            return found.find() ? found.group(1) : "";
                        },
                        text -> !text.isEmpty());
    }

    void terminate() {
        process.destroy();
    }

    /** The exit status, or −1 if it does not end in time. */
    int awaitExit(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
