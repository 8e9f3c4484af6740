package io.ains.service;

import io.ains.protocol.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The beans that every service has. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ServiceSettings.class, MetricsSettings.class})
@Import(HttpMetrics.class)
public class ServiceKitConfiguration {
    private static final Set<String> PROBES = Set.of("/metrics", "/livez", "/readyz", "/health");

    @Bean
    Topics topics(ServiceSettings settings) {
        return new Topics(settings.topicPrefix());
    }

    @Bean(destroyMethod = "close")
    Admin admin(ServiceSettings settings) {
        return Admin.create(settings.adminConfig());
    }

    @Bean
    MeterFilter kafkaMeters() {
        return new KafkaMeters();
    }

    /** Probes and scrapes come every few seconds, and nobody looks for them in a trace. */
    @Bean
    SpanExportingPredicate noProbesInTraces() {
        return span -> {
            String route = span.getTags().get("endpoint");
            return route == null || !PROBES.contains(route);
        };
    }

    /** Which service of which version this is: always 1, for its labels. */
    @Bean
    MeterBinder applicationInfo(@Value("${spring.application.name}") String service) {
        String version = ServiceKitConfiguration.class.getPackage().getImplementationVersion();
        return meters -> Gauge.builder("ains.application.info", () -> 1)
                .description("Which service of which version this is; always 1")
                .tag("name", service)
                .tag("version", version == null ? "development" : version)
                .register(meters);
    }

    @Bean
    TopicProvisioner topicProvisioner(Admin admin, Topics topics, ServiceSettings settings) {
        return new TopicProvisioner(admin, topics, settings);
    }
}
