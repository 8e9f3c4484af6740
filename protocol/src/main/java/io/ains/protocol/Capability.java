package io.ains.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that an agent can do. Only {@code name} and {@code maxConcurrency} steer the dispatcher; the rest is for
 * people and clients who choose.
 *
 * @param name what tasks ask for, by {@link Ids}' rule
 * @param maxConcurrency how many tasks of this capability the agent takes at once, 1 to 10,000; 1 if absent
 * @param description in the author's words
 * @param version of the capability, in the author's scheme
 * @param inputSchema JSON Schema of the input
 * @param outputSchema JSON Schema of the result
 * @param pricingModel for example {@code per_request}
 * @param price in {@code currency}
 * @param currency for example {@code EUR}
 * @param latencyP99Ms promised 99th percentile of the execution time, in milliseconds
 * @param availabilityPercent promised availability, 0 to 100
 * @param signature of the capability by the agent's key, hex
 * @param deprecated whether clients should look for another
 */
public record Capability(
        String name,
        Integer maxConcurrency,
        @Nullable String description,
        @Nullable String version,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
        @Nullable String pricingModel,
        @Nullable Double price,
        @Nullable String currency,
        @Nullable Double latencyP99Ms,
        @Nullable Double availabilityPercent,
        @Nullable String signature,
        Boolean deprecated) {

    /** The most tasks that one agent may take at once of one capability. */
    public static final int MAX_CONCURRENCY = 10_000;

    public Capability {
        Objects.requireNonNull(name, "name");
        maxConcurrency = Objects.requireNonNullElse(maxConcurrency, 1);
        deprecated = Objects.requireNonNullElse(deprecated, false);
    }

    /**
     * A capability of which only the essentials are said.
     *
     * @param name what tasks ask for
     * @param maxConcurrency how many tasks at once, from 1
     * @return the capability
     */
    public static Capability of(String name, int maxConcurrency) {
        return new Capability(name, maxConcurrency, null, null, null, null, null, null, null, null, null, null, false);
    }
}
