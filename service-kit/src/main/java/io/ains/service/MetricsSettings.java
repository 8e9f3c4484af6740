package io.ains.service;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What bounds the metrics: {@code ains.metrics.*}.
 *
 * @param maxCapabilities capabilities that have series of their own; what is said of any more is added up under {@code other}
 * @param maxAgents the largest fleet of which each agent's trust is shown; 0 shows none
 * @param brokerInterval how often the broker is asked for the groups' offsets, its replicas and its disks
 */
@Validated
@ConfigurationProperties("ains.metrics")
public record MetricsSettings(
        @DefaultValue("100") @Min(1) @Max(1_000) int maxCapabilities,
        @DefaultValue("100") @Min(0) @Max(1_000) int maxAgents,
        @DefaultValue("5s") @DurationMin(seconds = 1) Duration brokerInterval) {}
