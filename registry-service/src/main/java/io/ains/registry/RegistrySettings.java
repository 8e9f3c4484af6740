package io.ains.registry;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the registry alone needs to know: {@code ains.registry.*}.
 *
 * @param databaseUrl where the projection is kept: {@code jdbc:sqlite:<file>}, whose folder is made if it is missing, or
 *     {@code jdbc:postgresql://<host>/<database>}, which several services of one installation may share
 * @param databaseUser of PostgreSQL
 * @param databasePassword of PostgreSQL
 * @param maxLag records that the tables may be behind the topics before the service says that it is not ready, so that a
 *     balancer asks another
 * @param bodyTimeout how long a client may take to send a body
 * @param readers connections for queries, 1 to 64, beside the one that writes
 * @param answerTimeout how long a request waits for the control plane's decision before it is answered 503
 * @param maxWaiting requests that may wait for a decision at once, and agents that may wait for a task at once; one
 *     more is answered 503
 * @param retention how long an ended task is kept, as long as the topic of task events keeps it
 * @param historyRetention how long trust changes and dead letters are kept, as long as their topics keep them
 */
@Validated
@ConfigurationProperties("ains.registry")
public record RegistrySettings(
        @DefaultValue("jdbc:sqlite:./ains-data/registry.db")
        @Pattern(
                regexp = "jdbc:(sqlite:|postgresql://).+",
                message = "expected jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>")
        String databaseUrl,

        @Nullable String databaseUser,
        @Nullable String databasePassword,

        @DefaultValue("100000") @Min(1) long maxLag,
        @DefaultValue("20s") Duration bodyTimeout,
        @DefaultValue("4") @Min(1) @Max(64) int readers,
        @DefaultValue("10s") Duration answerTimeout,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxWaiting,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("30d") Duration historyRetention) {

    /**
     * The group whose offsets tell lag tools how far the projection is.
     *
     * @param topicPrefix of the installation; {@code ains.} gives {@code ains-registry}
     */
    public static String groupId(String topicPrefix) {
        String stem = topicPrefix.endsWith(".") ? topicPrefix.substring(0, topicPrefix.length() - 1) : topicPrefix;
        return stem + "-registry";
    }
}
