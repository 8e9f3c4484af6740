package io.ains.registry.agents;

import io.ains.protocol.Capability;
import io.ains.registry.http.Id;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A capability as an HTTP client publishes it. */
record CapabilityBody(
        @NotNull @Id String name,
        @Min(1) @Max(Capability.MAX_CONCURRENCY) @Nullable Integer maxConcurrency,
        @Size(max = 10_000) @Nullable String description,
        @Size(max = 128) @Nullable String version,
        @Nullable ObjectNode inputSchema,
        @Nullable ObjectNode outputSchema,
        @Size(max = 128) @Nullable String pricingModel,
        @PositiveOrZero @Nullable Double price,
        @Size(max = 16) @Nullable String currency,
        @PositiveOrZero @Nullable Double latencyP99Ms,
        @DecimalMin("0") @DecimalMax("100") @Nullable Double availabilityPercent,
        @Size(max = 8_192) @Nullable String signature,
        @Nullable Boolean deprecated) {

    Capability toCapability() {
        return new Capability(
                name,
                maxConcurrency == null ? 1 : maxConcurrency,
                description,
                version,
                inputSchema,
                outputSchema,
                pricingModel,
                price,
                currency,
                latencyP99Ms,
                availabilityPercent,
                signature,
                deprecated != null && deprecated);
    }
}
