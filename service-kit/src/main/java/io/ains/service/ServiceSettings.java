package io.ains.service;

import io.ains.protocol.Topics;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What all services of one installation must agree on: {@code ains.*}.
 *
 * @param bootstrapServers where Kafka is, {@code host:port} separated by commas
 * @param topicPrefix of every topic and consumer group
 * @param partitions of each fixed topic, and so the most instances of a processor that can share the work; must not
 *     change once the topics exist
 * @param capabilityPartitions of each capability's topic; must not change once the topic exists
 * @param replicationFactor of each topic; −1 leaves it to the broker
 * @param kafka settings for every Kafka client, such as {@code security.protocol}; they win over the defaults
 */
@Validated
@ConfigurationProperties("ains")
public record ServiceSettings(
        @DefaultValue("localhost:9092") @NotBlank String bootstrapServers,

        @DefaultValue(Topics.DEFAULT_PREFIX) @Pattern(regexp = "[a-z0-9][a-z0-9.-]{0,39}")
        String topicPrefix,

        @DefaultValue("4") @Min(1) @Max(1000) int partitions,
        @DefaultValue("8") @Min(1) @Max(1000) int capabilityPartitions,
        @DefaultValue("-1") @Min(-1) @Max(10) short replicationFactor,
        @DefaultValue Map<String, String> kafka) {

    /**
     * What every Kafka client of a service starts from.
     *
     * @return a map of its own, to be added to
     */
    public Map<String, Object> clientConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrapServers);
        // A broker that was cut off does not say so, and holds what was sent to it until this has passed.
        config.put("request.timeout.ms", 5_000);
        config.put("socket.connection.setup.timeout.ms", 3_000);
        config.put("socket.connection.setup.timeout.max.ms", 5_000);
        config.putAll(kafka);
        return config;
    }

    /**
     * What every admin client of a service starts from. It does not look for requests that have timed out before the whole
     * call has, by default after a minute: so long would a broker that was cut off keep a topic from being made, or a
     * group from dividing its partitions anew.
     *
     * @return a map of its own, to be added to
     */
    public Map<String, Object> adminConfig() {
        Map<String, Object> config = clientConfig();
        config.putIfAbsent(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                config.get(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG));
        return config;
    }
}
