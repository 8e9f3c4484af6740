package io.ains.standalone;

import io.ains.protocol.Json;
import io.ains.standalone.demo.Demo;
import io.ains.standalone.demo.DemoResult;
import io.ains.standalone.demo.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs AINS with a fleet that has something to do, and shows it. */
@Command(
        name = "demo",
        description = "Run AINS on temporary data with five agents and a stream of tasks, and watch them.")
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_RATE = 1_000;
    private static final int FAILED = 1;

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Submit for so long, wait until all tasks have ended, and exit. Without it: until Ctrl-C.")
    private @Nullable Integer duration;

    @Option(names = "--rate", paramLabel = "N", description = "Tasks per second, 1 to 1000 (${DEFAULT-VALUE}).")
    private int rate = 20;

    @Option(names = "--json", description = "Print nothing but one line of figures, at the end.")
    private boolean json;

    DemoCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws IOException {
        require(rate >= 1 && rate <= MAX_RATE, "Expected a --rate of 1 to " + MAX_RATE + ", but got " + rate + ".");
        require(duration == null || duration >= 1, "Expected a --duration of at least 1, but got " + duration + ".");
        Path folder = Files.createTempDirectory("ains-demo-");
        boolean succeeded = false;
        try {
            StandaloneSettings settings = listen.in(folder.resolve("data"));
            Preflight.check(settings);
            Logs.to(folder.resolve("ains.log"));
            succeeded = run(settings);
        } finally {
            delete(folder);
        }
        return succeeded ? 0 : FAILED;
    }

    private boolean run(StandaloneSettings settings) {
        PrintWriter out = Main.out(spec);
        long jvmStarted = ManagementFactory.getRuntimeMXBean().getStartTime();
        try (Standalone standalone = Standalone.start(settings, stop::isRequested)) {
            long startupMs = System.currentTimeMillis() - jvmStarted;
            Screen screen = json ? Screen.none() : Screen.of(out, Ansi.AUTO.enabled());
            if (!json) {
                out.println("AINS demo: HTTP API at " + standalone.httpApi() + ", Kafka at "
                        + standalone.bootstrapServers() + (duration == null ? ". Stop it with Ctrl-C." : "."));
                out.flush();
            }
            Duration length = duration == null ? null : Duration.ofSeconds(duration);
            DemoResult result = new Demo(standalone.bootstrapServers(), rate, screen)
                    .run(length, stop::await)
                    .withStart(startupMs, jvmStarted);
            out.println(json ? Json.MAPPER.writeValueAsString(result) : result.sentence());
            out.flush();
            return result.succeeded();
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
