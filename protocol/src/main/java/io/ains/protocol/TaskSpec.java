package io.ains.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client wants done. The bounds are checked by the dispatcher, which refuses with a sentence; this record only
 * fills in the defaults.
 *
 * @param taskId names the task for ever: the same id again is the same task
 * @param clientId whose task it is
 * @param taskType the client's own classification
 * @param capability what an agent must offer to get it
 * @param inputData for the handler
 * @param priority 0 (below all) to 10 (most urgent); 5 if absent
 * @param timeoutSeconds seconds that one attempt may run, 1 to 86,400; 300 if absent
 * @param maxRetries how often a failed attempt is repeated, 0 to 10; 3 if absent
 * @param retryPolicy how the delay grows; exponential if absent
 * @param notBefore milliseconds since the epoch before which it does not start
 * @param expiresAt milliseconds since the epoch after which nobody wants it any more
 * @param routingStrategy how the agent is picked; the dispatcher's default if absent
 * @param stickyKey for {@link RoutingStrategy#STICKY}
 * @param minTrust the least trust that its agent must have, 0 to 1; 0 if absent
 * @param metadata the client's own, handed on as it is
 */
public record TaskSpec(
        String taskId,
        String clientId,
        String taskType,
        String capability,
        @Nullable JsonNode inputData,
        Integer priority,
        Integer timeoutSeconds,
        Integer maxRetries,
        RetryPolicy retryPolicy,
        @Nullable Long notBefore,
        @Nullable Long expiresAt,
        @Nullable RoutingStrategy routingStrategy,
        @Nullable String stickyKey,
        Double minTrust,
        @Nullable JsonNode metadata) {

    public static final int DEFAULT_PRIORITY = 5;
    public static final int DEFAULT_TIMEOUT_SECONDS = 300;
    public static final int DEFAULT_MAX_RETRIES = 3;

    public TaskSpec {
        Objects.requireNonNull(taskId, "task_id");
        Objects.requireNonNull(clientId, "client_id");
        Objects.requireNonNull(capability, "capability");
        taskType = Objects.requireNonNullElse(taskType, capability);
        priority = Objects.requireNonNullElse(priority, DEFAULT_PRIORITY);
        timeoutSeconds = Objects.requireNonNullElse(timeoutSeconds, DEFAULT_TIMEOUT_SECONDS);
        maxRetries = Objects.requireNonNullElse(maxRetries, DEFAULT_MAX_RETRIES);
        retryPolicy = Objects.requireNonNullElse(retryPolicy, RetryPolicy.EXPONENTIAL);
        minTrust = Objects.requireNonNullElse(minTrust, 0.0);
    }

    /** The same task with another priority. */
    public TaskSpec withPriority(int newPriority) {
        return with(newPriority, timeoutSeconds);
    }

    /** The same task with another timeout. */
    public TaskSpec withTimeoutSeconds(int newTimeoutSeconds) {
        return with(priority, newTimeoutSeconds);
    }

    private TaskSpec with(int newPriority, int newTimeoutSeconds) {
        return new TaskSpec(
                taskId,
                clientId,
                taskType,
                capability,
                inputData,
                newPriority,
                newTimeoutSeconds,
                maxRetries,
                retryPolicy,
                notBefore,
                expiresAt,
                routingStrategy,
                stickyKey,
                minTrust,
                metadata);
    }

    /**
     * Starts a task of which only the essentials are said.
     *
     * @param taskId names the task for ever
     * @param clientId whose task it is
     * @param capability what an agent must offer
     * @return a builder with the defaults
     */
    public static Builder of(String taskId, String clientId, String capability) {
        return new Builder(taskId, clientId, capability);
    }

    /** Collects what a task needs beyond the essentials. Not safe for use by several threads. */
    public static final class Builder {
        private final String taskId;
        private final String clientId;
        private final String capability;
        private String taskType;
        private @Nullable JsonNode inputData;
        private int priority = DEFAULT_PRIORITY;
        private int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
        private int maxRetries = DEFAULT_MAX_RETRIES;
        private RetryPolicy retryPolicy = RetryPolicy.EXPONENTIAL;
        private @Nullable Long notBefore;
        private @Nullable Long expiresAt;
        private @Nullable RoutingStrategy routingStrategy;
        private @Nullable String stickyKey;
        private double minTrust;
        private @Nullable JsonNode metadata;

        private Builder(String taskId, String clientId, String capability) {
            this.taskId = taskId;
            this.clientId = clientId;
            this.capability = capability;
            this.taskType = capability;
        }

        public Builder taskType(String value) {
            taskType = value;
            return this;
        }

        public Builder inputData(@Nullable JsonNode value) {
            inputData = value;
            return this;
        }

        /** 0 to 10, 10 is the most urgent. */
        public Builder priority(int value) {
            priority = value;
            return this;
        }

        /** Seconds that one attempt may run. */
        public Builder timeoutSeconds(int value) {
            timeoutSeconds = value;
            return this;
        }

        /** How often a failed attempt is repeated. */
        public Builder maxRetries(int value) {
            maxRetries = value;
            return this;
        }

        public Builder retryPolicy(RetryPolicy value) {
            retryPolicy = value;
            return this;
        }

        /** Milliseconds since the epoch. */
        public Builder notBefore(@Nullable Long value) {
            notBefore = value;
            return this;
        }

        /** Milliseconds since the epoch. */
        public Builder expiresAt(@Nullable Long value) {
            expiresAt = value;
            return this;
        }

        public Builder routingStrategy(@Nullable RoutingStrategy value) {
            routingStrategy = value;
            return this;
        }

        public Builder stickyKey(@Nullable String value) {
            stickyKey = value;
            return this;
        }

        /** 0 to 1. */
        public Builder minTrust(double value) {
            minTrust = value;
            return this;
        }

        public Builder metadata(@Nullable JsonNode value) {
            metadata = value;
            return this;
        }

        public TaskSpec build() {
            return new TaskSpec(
                    taskId,
                    clientId,
                    taskType,
                    capability,
                    inputData,
                    priority,
                    timeoutSeconds,
                    maxRetries,
                    retryPolicy,
                    notBefore,
                    expiresAt,
                    routingStrategy,
                    stickyKey,
                    minTrust,
                    metadata);
        }
    }
}
