package io.ains.standalone;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code ains} command. */
@Command(
        name = "ains",
        description = "The control plane for a fleet of agents, on this machine.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final int FAILED = 1;
    private static final int CANNOT_START = 2;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    private boolean help;

    private Main() {}

    /** Ends the process: 0 if all went well, 1 if it did not, 2 if it could not be started like this. */
    public static void main(String[] args) {
        StopSignal stop = new StopSignal();
        stop.install();
        int status = FAILED;
        try {
            status = commandLine(stop).execute(args);
        } catch (Error e) {
            // Not left to end this thread alone: those of the broker would keep the process alive without it. The
            // logger
            // is made here because a command has to say first where the log is.
            LoggerFactory.getLogger(Main.class).error("ended by an error: {}", e.toString(), e);
        }
        stop.done();
        System.exit(status);
    }

    static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new Main())
                .addSubcommand(new UpCommand(stop))
                .addSubcommand(new DemoCommand(stop))
                .addSubcommand(new TopicsCommand(stop))
                .addSubcommand(new AgentCommand(stop))
                .addSubcommand(new LoadCommand(stop))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof StartException) {
                        command.getErr().println("ains: " + failure.getMessage());
                        return CANNOT_START;
                    }
                    if (failure instanceof CancellationException && stop.isRequested()) {
                        return 0;
                    }
                    throw failure;
                });
    }

    /** Where a command prints to: the spec is there once picocli has made the command. */
    static PrintWriter out(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
