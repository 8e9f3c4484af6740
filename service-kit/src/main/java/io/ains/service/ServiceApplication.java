package io.ains.service;

import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** How a service is started, by its own main or, beside others on one class path, by the standalone. */
public final class ServiceApplication {
    private ServiceApplication() {}

    /**
     * The builder of a service.
     *
     * @param application its Spring Boot class
     * @param name of the service, of its configuration file and of its application id
     * @param port that it listens on unless told otherwise
     * @return a builder with the defaults that all services share
     */
    public static SpringApplicationBuilder builder(Class<?> application, String name, int port) {
        return new SpringApplicationBuilder(application)
                .bannerMode(Banner.Mode.OFF)
                .properties(Map.ofEntries(
                        // A name of its own, so that three services fit on one class path.
                        Map.entry("spring.config.name", name),
                        Map.entry("spring.application.name", name),
                        Map.entry("server.port", Integer.toString(port)),
                        Map.entry("server.address", "127.0.0.1"),
                        Map.entry("server.shutdown", "graceful"),
                        Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "20s"),
                        Map.entry("spring.mvc.problemdetails.enabled", "true"),
                        Map.entry("management.endpoints.web.base-path", "/"),
                        Map.entry("management.endpoints.web.exposure.include", "health,prometheus,loggers"),
                        Map.entry("management.endpoints.web.path-mapping.prometheus", "metrics"),
                        Map.entry("management.endpoints.web.path-mapping.health", "probes"),
                        Map.entry("management.endpoint.health.probes.enabled", "true"),
                        Map.entry("management.endpoint.health.probes.add-additional-paths", "true"),
                        Map.entry("management.endpoint.health.show-details", "always"),
                        Map.entry("management.endpoint.health.group.readiness.show-details", "always"),
                        // Off, but for requests whose client traces; and exported only where an endpoint is configured.
                        Map.entry("management.tracing.sampling.probability", "0"),
                        Map.entry("logging.pattern.correlation", ""),
                        // Only the registry has routes to describe, but all services can be on one class path.
                        Map.entry("springdoc.api-docs.enabled", "false"),
                        Map.entry("springdoc.swagger-ui.enabled", "false"),
                        Map.entry("logging.level.org.apache.kafka", "WARN"),
                        Map.entry("logging.level.org.springframework", "WARN"),
                        Map.entry("logging.level.org.eclipse.jetty", "WARN")));
    }
}
