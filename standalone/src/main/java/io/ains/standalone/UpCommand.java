package io.ains.standalone;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs AINS until it is stopped. */
@Command(name = "up", description = "Run a Kafka broker and the three services until Ctrl-C. The data is kept.")
final class UpCommand implements Callable<Integer> {
    private static final Duration LONG = Duration.ofDays(1);
    private static final double MILLIS_PER_SECOND = 1000;

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(names = "--data", paramLabel = "DIR", description = "Where the data is kept (${DEFAULT-VALUE}).")
    private Path data = Path.of("ains-data");

    UpCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        StandaloneSettings settings = listen.in(data);
        Preflight.check(settings);
        Path log = settings.dataDir().resolve("ains.log");
        Logs.to(log);
        try (Standalone standalone = Standalone.start(settings, stop::isRequested)) {
            print(standalone, settings.dataDir(), log);
            while (!stop.await(LONG)) {
                // Runs on.
            }
        }
        return 0;
    }

    private void print(Standalone standalone, Path dataDir, Path log) {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        double seconds = (System.currentTimeMillis() - started) / MILLIS_PER_SECOND;
        String metrics = standalone.metrics().stream().map(URI::toString).collect(Collectors.joining("  "));
        PrintWriter out = Main.out(spec);
        out.printf(Locale.ROOT, "AINS is ready after %.1f s.%n", seconds);
        out.println("  HTTP API  " + standalone.httpApi());
        out.println("  Kafka     " + standalone.bootstrapServers());
        out.println("  metrics   " + metrics);
        out.println("  data      " + dataDir);
        out.println("  log       " + log);
        out.println("Stop it with Ctrl-C.");
        out.flush();
    }
}
