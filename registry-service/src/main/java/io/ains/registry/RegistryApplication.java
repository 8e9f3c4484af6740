package io.ains.registry;

import io.ains.service.ServiceApplication;
import io.ains.service.ServiceKitConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The registry service: HTTP in, Kafka and a SQL projection of it behind. */
@SpringBootApplication(
        exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class, KafkaAutoConfiguration.class})
@EnableConfigurationProperties(RegistrySettings.class)
@Import(ServiceKitConfiguration.class)
public class RegistryApplication {
    private static final int PORT = 8000;

    /** Starts the service on port 8000 unless {@code --server.port} says otherwise. */
    public static void main(String[] args) {
        builder().run(args);
    }

    /**
     * The service, to be run by its main or beside others in one JVM.
     *
     * @return a builder of its own, configured by {@code registry-service.yml}
     */
    public static SpringApplicationBuilder builder() {
        return ServiceApplication.builder(RegistryApplication.class, "registry-service", PORT);
    }
}
