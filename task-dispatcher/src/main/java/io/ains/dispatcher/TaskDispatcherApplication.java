package io.ains.dispatcher;

import io.ains.dispatcher.streams.DispatcherMetrics;
import io.ains.dispatcher.streams.DispatcherTopology;
import io.ains.dispatcher.streams.TaskSpans;
import io.ains.protocol.Topics;
import io.ains.service.CommitPace;
import io.ains.service.MetricsSettings;
import io.ains.service.ServiceApplication;
import io.ains.service.StreamsConfiguration;
import io.ains.service.TickAges;
import io.ains.service.TopicProvisioner;
import io.ains.service.TopologySource;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The task-dispatcher: a Kafka Streams application with a port for its metrics and probes. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(DispatcherProperties.class)
@Import(StreamsConfiguration.class)
public class TaskDispatcherApplication {
    private static final int PORT = 8002;

    /**
     * The service, not yet started.
     *
     * @return a builder with its defaults
     */
    public static SpringApplicationBuilder builder() {
        return ServiceApplication.builder(TaskDispatcherApplication.class, "task-dispatcher", PORT);
    }

    public static void main(String[] args) {
        builder().run(args);
    }

    @Bean
    DispatcherMetrics dispatcherMetrics(MeterRegistry meters, MetricsSettings settings) {
        return new DispatcherMetrics(meters, settings.maxCapabilities(), InstantSource.system());
    }

    @Bean
    TopologySource topology(
            Topics topics,
            DispatcherProperties properties,
            CommitPace pace,
            TopicProvisioner provisioner,
            TickAges ages,
            DispatcherMetrics metrics,
            ObjectProvider<SpanExporter> exporters,
            ObjectProvider<OpenTelemetry> telemetry) {
        Tracer tracer = exporters.getIfAvailable() == null
                ? null
                : telemetry.getObject().getTracer("io.ains.dispatcher");
        return new DispatcherTopology(
                topics, properties.toSettings(), pace, provisioner, ages, metrics, new TaskSpans(tracer));
    }
}
