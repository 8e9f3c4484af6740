package io.ains.registry.tasks;

import io.ains.protocol.RetryPolicy;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskSpec;
import io.ains.registry.http.Id;
import io.ains.registry.http.Problems;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.node.ObjectNode;

/** A task as a client submits it. */
record SubmissionBody(
        @Id @Nullable String taskId,
        @NotNull @Id String clientId,
        @NotNull @Id String taskType,
        @NotNull @Id String capabilityRequired,
        @NotNull ObjectNode inputData,
        @Min(0) @Max(10) @Nullable Integer priority,
        @Min(1) @Max(86_400) @Nullable Integer timeoutSeconds,
        @Min(0) @Max(10) @Nullable Integer maxRetries,
        @Nullable RetryPolicy retryPolicy,
        @Nullable Instant expiresAt,
        @Nullable Instant notBefore,
        @Nullable RoutingStrategy routingStrategy,
        @Id @Nullable String stickyKey,
        @DecimalMin("0") @DecimalMax("1") @Nullable Double minTrust,
        @Nullable ObjectNode metadata) {

    void requirePriorityFromOne() {
        if (priority != null && priority < 1) {
            throw Problems.invalid("priority", "must be greater than or equal to 1");
        }
    }

    TaskSpec toSpec(String id, Instant now) {
        if (routingStrategy == RoutingStrategy.STICKY && stickyKey == null) {
            throw Problems.invalid("sticky_key", "expected one with the routing_strategy sticky");
        }
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw Problems.of(
                    HttpStatus.BAD_REQUEST, "expected an expires_at in the future, but " + expiresAt + " is past");
        }
        return TaskSpec.of(id, clientId, capabilityRequired)
                .taskType(taskType)
                .inputData(inputData)
                .priority(priority == null ? TaskSpec.DEFAULT_PRIORITY : priority)
                .timeoutSeconds(timeoutSeconds == null ? TaskSpec.DEFAULT_TIMEOUT_SECONDS : timeoutSeconds)
                .maxRetries(maxRetries == null ? TaskSpec.DEFAULT_MAX_RETRIES : maxRetries)
                .retryPolicy(retryPolicy == null ? RetryPolicy.EXPONENTIAL : retryPolicy)
                .expiresAt(millis("expires_at", expiresAt))
                .notBefore(millis("not_before", notBefore))
                .routingStrategy(routingStrategy)
                .stickyKey(stickyKey)
                .minTrust(minTrust == null ? 0 : minTrust)
                .metadata(metadata)
                .build();
    }

    private static @Nullable Long millis(String field, @Nullable Instant time) {
        try {
            return time == null ? null : time.toEpochMilli();
        } catch (ArithmeticException e) {
            throw Problems.invalid(field, "expected a time that milliseconds can count");
        }
    }
}
