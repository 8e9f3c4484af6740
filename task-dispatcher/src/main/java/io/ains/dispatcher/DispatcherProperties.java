package io.ains.dispatcher;

import io.ains.dispatcher.domain.DispatcherSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the dispatcher decides: {@code ains.dispatcher.*}. {@link DispatcherSettings} says what each means, and checks it.
 *
 * @param ackTimeout from an assignment until its agent must have said that it started
 * @param grace what every lease gets at least once the control plane is back
 * @param absence the gap between two ticks from which on the control plane counts as having been away
 * @param agingPerLevel how long a task waits to be worth one level of priority more; 0 is strict priority
 * @param agingByCapability the same for single capabilities
 * @param missesBeforeRest how many assignments in a row an agent may leave unacknowledged before it gets no more
 * @param restFor how long such an agent rests before one task may find out whether it hears now
 * @param releasePause how long an agent that gave a task back gets nothing of that capability
 * @param rememberFor how long an ended task is remembered
 * @param rememberAtMost how many ended tasks are remembered per partition
 * @param clientWeights shares of single clients in a capability, 1 to 1000
 */
@Validated
@ConfigurationProperties("ains.dispatcher")
public record DispatcherProperties(
        @DefaultValue("10s") Duration ackTimeout,
        @DefaultValue("10s") Duration grace,
        @DefaultValue("5s") Duration absence,
        @DefaultValue("60s") Duration agingPerLevel,
        @DefaultValue Map<String, Duration> agingByCapability,
        @DefaultValue("3") @Min(1) @Max(1000) int missesBeforeRest,
        @DefaultValue("5m") Duration restFor,
        @DefaultValue("1s") Duration releasePause,
        @DefaultValue("15m") Duration rememberFor,
        @DefaultValue("100000") @Min(0) int rememberAtMost,
        @DefaultValue Map<String, Integer> clientWeights) {

    DispatcherSettings toSettings() {
        return new DispatcherSettings(
                ackTimeout,
                grace,
                absence,
                agingPerLevel,
                agingByCapability,
                missesBeforeRest,
                restFor,
                releasePause,
                rememberFor,
                rememberAtMost,
                clientWeights);
    }
}
