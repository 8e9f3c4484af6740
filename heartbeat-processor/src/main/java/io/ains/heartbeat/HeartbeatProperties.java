package io.ains.heartbeat;

import io.ains.heartbeat.domain.FleetSettings;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the heartbeat-processor decides by: {@code ains.heartbeat.*}.
 *
 * @param suspectAfter heartbeat intervals of silence after which an agent gets nothing new
 * @param deadAfter heartbeat intervals of silence after which its tasks are given to others; more than
 *     {@code suspect-after}
 * @param gap the time between two ticks from which on the control plane counts as having been away, and every agent
 *     gets a full grace period. Ticks come once a second, and an agent with the shortest interval is dead after three
 *     seconds: keep it between
 * @param refreshPerSecond how many unchanged agents' states are published a second, for each partition
 * @param massShare the share of a partition's living agents that may die within {@code mass-window} before more deaths
 *     are held back; 1 turns this self-preservation off
 * @param massFleet the smallest count of a partition's living agents for which it watches
 * @param massWindow the time within which deaths are counted together
 * @param massHold how long deaths are held back at most
 */
@Validated
@ConfigurationProperties("ains.heartbeat")
public record HeartbeatProperties(
        @DefaultValue("3") @Min(1) @Max(1000) int suspectAfter,
        @DefaultValue("6") @Min(2) @Max(1000) int deadAfter,

        @DefaultValue("2500ms") @NotNull @DurationMin(millis = 1500)
        Duration gap,

        @DefaultValue("100") @Min(0) @Max(100_000) int refreshPerSecond,

        @DefaultValue("0.15") @DecimalMin("0") @DecimalMax("1")
        double massShare,

        @DefaultValue("10") @Min(1) int massFleet,

        @DefaultValue("30s") @NotNull @DurationMin(seconds = 1)
        Duration massWindow,

        @DefaultValue("60s") @NotNull Duration massHold) {
    FleetSettings toSettings() {
        return new FleetSettings(
                suspectAfter,
                deadAfter,
                gap.toMillis(),
                refreshPerSecond,
                massShare,
                massFleet,
                massWindow.toMillis(),
                massHold.toMillis());
    }
}
