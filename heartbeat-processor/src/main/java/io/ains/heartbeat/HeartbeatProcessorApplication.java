package io.ains.heartbeat;

import io.ains.heartbeat.streams.FleetMetrics;
import io.ains.heartbeat.streams.HeartbeatTopology;
import io.ains.protocol.Topics;
import io.ains.service.CommitPace;
import io.ains.service.ServiceApplication;
import io.ains.service.ServiceSettings;
import io.ains.service.StreamsConfiguration;
import io.ains.service.TickAges;
import io.ains.service.TopologySource;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The heartbeat-processor: a Kafka Streams application with a port for its metrics and probes. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(HeartbeatProperties.class)
@Import(StreamsConfiguration.class)
public class HeartbeatProcessorApplication {
    private static final int PORT = 8001;

    /**
     * The service, not yet started.
     *
     * @return a builder with its defaults
     */
    public static SpringApplicationBuilder builder() {
        return ServiceApplication.builder(HeartbeatProcessorApplication.class, "heartbeat-processor", PORT);
    }

    public static void main(String[] args) {
        builder().run(args);
    }

    @Bean
    FleetMetrics fleetMetrics(MeterRegistry meters) {
        return new FleetMetrics(meters);
    }

    @Bean
    TopologySource topology(
            Topics topics,
            HeartbeatProperties properties,
            ServiceSettings service,
            CommitPace pace,
            TickAges ages,
            FleetMetrics metrics) {
        return new HeartbeatTopology(topics, properties.toSettings(), service.partitions(), pace, ages, metrics);
    }
}
