package io.ains.standalone;

import io.ains.agent.AinsException;
import io.ains.agent.TaskClient;
import io.ains.protocol.Json;
import io.ains.standalone.demo.RunningLoad;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gives the demo agents something to do. */
@Command(
        name = "load",
        description =
                "Submit tasks for demo agents to an AINS that runs elsewhere, wait for their ends, and count them.")
final class LoadCommand implements Callable<Integer> {
    private static final int MAX_RATE = 1_000;
    private static final int FAILED = 1;

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--rate", paramLabel = "N", description = "Tasks per second, 1 to 1000 (${DEFAULT-VALUE}).")
    private int rate = 20;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "How long (${DEFAULT-VALUE}).")
    private int duration = 30;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "How long to wait for the ends (${DEFAULT-VALUE}).")
    private int drain = 60;

    LoadCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        require(rate >= 1 && rate <= MAX_RATE, "Expected a --rate of 1 to " + MAX_RATE + ", but got " + rate + ".");
        require(duration >= 1, "Expected a --duration of at least 1, but got " + duration + ".");
        require(drain >= 0, "Expected a --drain of at least 0, but got " + drain + ".");
        Logs.to(Path.of(System.getProperty("java.io.tmpdir"), "ains-load.log"));
        try {
            RunningLoad.Result result = RunningLoad.run(
                    TaskClient.builder()
                            .bootstrapServers(kafka.bootstrapServers)
                            .topicPrefix(kafka.topicPrefix),
                    rate,
                    Duration.ofSeconds(duration),
                    Duration.ofSeconds(drain),
                    stop::await);
            PrintWriter out = Main.out(spec);
            out.println(Json.MAPPER.writeValueAsString(result));
            out.flush();
            return result.succeeded() ? 0 : FAILED;
        } catch (AinsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
        }
    }
}
