package io.ains.standalone;

import io.ains.protocol.Topics;
import io.ains.service.ServiceKitConfiguration;
import io.ains.service.TopicProvisioner;
import io.ains.service.TopicProvisioner.TopicLayoutException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the topics, and ends: what each service does at its start as well. */
@Command(
        name = "topics",
        description = "Make the topics that are missing, check those that are there, and end. It reads the services'"
                + " variables, such as AINS_PARTITIONS and AINS_REPLICATION_FACTOR.")
final class TopicsCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--wait", paramLabel = "SECONDS", description = "How long to wait for Kafka (${DEFAULT-VALUE}).")
    private int wait = 120;

    TopicsCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        Logs.to(Path.of(System.getProperty("java.io.tmpdir"), "ains-topics.log"));
        try (ConfigurableApplicationContext context = settings()) {
            make(context.getBean(TopicProvisioner.class));
            print(context.getBean(Topics.class));
        }
        return 0;
    }

    /** The services' own, so that a variable means the same here. */
    private ConfigurableApplicationContext settings() {
        try {
            return new SpringApplicationBuilder(ServiceKitConfiguration.class)
                    .web(WebApplicationType.NONE)
                    .bannerMode(Banner.Mode.OFF)
                    .registerShutdownHook(false)
                    .run(
                            "--ains.bootstrap-servers=" + kafka.bootstrapServers,
                            "--ains.topic-prefix=" + kafka.topicPrefix);
        } catch (RuntimeException e) {
            throw new StartException("The settings are not as expected (" + Service.reason(e) + ").", e);
        }
    }

    private void make(TopicProvisioner topics) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        while (true) {
            try {
                topics.ensureFixedTopics();
                return;
            } catch (TopicLayoutException e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            } catch (KafkaException e) {
                // Kafka is not there yet, or not all of its brokers are.
                if (System.nanoTime() > deadline) {
                    throw new StartException(
                            "The topics could not be made within " + wait + " s (" + e.getMessage() + ").", e);
                }
                if (stop.await(LOOK_AGAIN)) {
                    throw new CancellationException("stopped before the topics were made");
                }
            }
        }
    }

    private void print(Topics topics) {
        PrintWriter out = Main.out(spec);
        for (Topics.Spec topic : topics.fixed()) {
            String kept = topic.config().get("retention.ms");
            out.println(topic.name() + ": "
                    + (kept == null
                            ? "compacted"
                            : "kept for "
                                    + Duration.ofMillis(Long.parseLong(kept)).toHours() + " h"));
        }
        out.flush();
    }
}
