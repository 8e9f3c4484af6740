package io.ains.service;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a processor runs on Kafka Streams: {@code ains.streams.*}.
 *
 * @param guarantee {@code exactly_once_v2}, or {@code at_least_once} for whoever prefers latency to "no task is given
 *     out twice by a crash"
 * @param threads that share this instance's partitions
 * @param stateDir where the stores' local copies lie; may be deleted at any time while the service is down
 * @param standbyReplicas warm copies of each store on other instances, as far as there are others
 * @param commitEvery the shortest time from one commit to the next that an output asks for; it is longer where commits
 *     take longer. Of no use under {@code at_least_once}, where an output can be read at once
 * @param poll how long a thread waits for records before it looks at its timers again: smaller is prompter, and
 *     costs more at rest
 * @param sessionTimeout after which a silent instance's partitions go to another, and its open transaction is ended;
 *     the brokers' {@code group.min.session.timeout.ms}, 6 s by default, must not be more
 */
@Validated
@ConfigurationProperties("ains.streams")
public record StreamsSettings(
        @DefaultValue("exactly_once_v2") @Pattern(regexp = "exactly_once_v2|at_least_once")
        String guarantee,

        @DefaultValue("1") @Min(1) @Max(64) int threads,

        @DefaultValue("${java.io.tmpdir}/ains-state") @NotBlank
        String stateDir,

        @DefaultValue("1") @Min(0) @Max(10) int standbyReplicas,
        @DefaultValue("4ms") Duration commitEvery,
        @DefaultValue("50ms") Duration poll,
        @DefaultValue("6s") Duration sessionTimeout) {}
