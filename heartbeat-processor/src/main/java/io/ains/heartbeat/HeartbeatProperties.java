package io.ains.heartbeat;

import io.ains.heartbeat.domain.FleetSettings;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
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
 * @param grace heartbeat intervals that an agent has to be heard of again after the control plane was away, before it is
 *     SUSPECT; from {@code suspect-after} to {@code dead-after}
 * @param gap the time between two ticks from which on the control plane counts as having been away, and every agent
 *     gets a full grace period. Ticks come once a second, and an agent with the shortest interval is dead after three
 *     seconds: keep it between
 * @param refreshPerSecond how many unchanged agents' states are published a second, for each partition
 * @param massShare the share of a partition's living agents that may die within {@code mass-window} before more deaths
 *     are held back; 1 turns this self-preservation off
 * @param massFleet the smallest count of a partition's living agents for which it watches
 * @param massWindow the time within which deaths are counted together
 * @param massHold how long deaths are held back at most
 * @param flapReturns how often an agent may come back from silence, or be started anew without a goodbye, within
 *     {@code flap-window} before it is held SUSPECT
 * @param flapWindow the time within which returns are counted together; as long a calm ends the damping
 * @param flapHold how long an agent that flaps is held SUSPECT at first; each time twice as long
 * @param flapMaxHold how long it is held at most
 * @param archiveAfter how long an agent must have been dead to be archived: it leaves memory, topic and registry, and
 *     comes back with its history when it registers again
 */
@Validated
@ConfigurationProperties("ains.heartbeat")
public record HeartbeatProperties(
        @DefaultValue("3") @Min(1) @Max(1000) int suspectAfter,
        @DefaultValue("6") @Min(2) @Max(1000) int deadAfter,
        @DefaultValue("6") @Min(1) @Max(1000) int grace,

        @DefaultValue("2500ms") @NotNull @DurationMin(millis = 1500)
        Duration gap,

        @DefaultValue("100") @Min(0) @Max(100_000) int refreshPerSecond,

        @DefaultValue("0.15") @DecimalMin("0") @DecimalMax("1")
        double massShare,

        @DefaultValue("10") @Min(1) int massFleet,

        @DefaultValue("30s") @NotNull @DurationMin(seconds = 1)
        Duration massWindow,

        @DefaultValue("60s") @NotNull Duration massHold,

        @DefaultValue("5") @Min(1) @Max(FleetSettings.Flapping.MAX_RETURNS)
        int flapReturns,

        @DefaultValue("10m") @NotNull @DurationMin(seconds = 1)
        Duration flapWindow,

        @DefaultValue("30s") @NotNull @DurationMin(seconds = 0)
        Duration flapHold,

        @DefaultValue("10m") @NotNull @DurationMax(days = 1) Duration flapMaxHold,

        @DefaultValue("7d") @NotNull @DurationMin(seconds = 1)
        Duration archiveAfter) {
    FleetSettings toSettings() {
        return new FleetSettings(
                suspectAfter,
                deadAfter,
                grace,
                gap.toMillis(),
                refreshPerSecond,
                new FleetSettings.Mass(massShare, massFleet, massWindow.toMillis(), massHold.toMillis()),
                new FleetSettings.Flapping(
                        flapReturns, flapWindow.toMillis(), flapHold.toMillis(), flapMaxHold.toMillis()),
                archiveAfter.toMillis());
    }
}
