package io.ains.standalone;

import io.ains.agent.Agent;
import io.ains.agent.AinsException;
import io.ains.standalone.demo.DemoAgent;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a demo agent until it is stopped. */
@Command(name = "agent", description = "Run a demo agent on an AINS that runs elsewhere, until Ctrl-C.")
final class AgentCommand implements Callable<Integer> {
    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--id", paramLabel = "ID", description = "The agent's id; demo- and the machine's name without it.")
    private @Nullable String id;

    AgentCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        Logs.to(Path.of(System.getProperty("java.io.tmpdir"), "ains-agent.log"));
        try (Agent agent = DemoAgent.builder(id == null ? "demo-" + hostName() : id)
                .bootstrapServers(kafka.bootstrapServers)
                .topicPrefix(kafka.topicPrefix)
                .startTimeout(START_TIMEOUT)
                .shutdownHook(false)
                .build()) {
            agent.start();
            PrintWriter out = Main.out(spec);
            out.println(DemoAgent.offers(agent));
            out.flush();
            while (!stop.await(LONG)) {
                // Works on.
            }
            return 0;
        } catch (AinsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new StartException("This machine does not know its own name; give the agent one with --id.", e);
        }
    }
}
