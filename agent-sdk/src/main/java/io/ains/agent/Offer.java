package io.ains.agent;

import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A capability and who does its tasks.
 *
 * @param capability as it is registered
 * @param inputType what the handler wants
 * @param check by the capability's input schema
 * @param handler the author's code
 */
record Offer<I>(Capability capability, Class<I> inputType, JsonSchemas.Check check, TaskHandler<I, ?> handler) {
    /**
     * An offer whose capability says by JSON Schemas what it takes and gives; those that are not there are derived from
     * the types.
     *
     * @throws IllegalArgumentException if a schema is none, or none can be made of a type
     */
    static <I> Offer<I> of(Capability capability, Class<I> inputType, Class<?> outputType, TaskHandler<I, ?> handler) {
        JsonNode input = orDerived(capability, capability.inputSchema(), inputType);
        JsonNode output = orDerived(capability, capability.outputSchema(), outputType);
        try {
            JsonSchemas.Check check = input == null ? JsonSchemas.NONE : JsonSchemas.check(input);
            return new Offer<>(withSchemas(capability, input, output), inputType, check, handler);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("input_schema of " + capability.name() + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable JsonNode orDerived(Capability capability, @Nullable JsonNode given, Class<?> type) {
        if (given != null) {
            return given;
        }
        try {
            return JsonSchemas.of(type);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "expected a type for " + capability.name() + " that a JSON Schema can be made of, but got "
                            + type.getName() + ": " + e,
                    e);
        }
    }

    private static Capability withSchemas(Capability of, @Nullable JsonNode input, @Nullable JsonNode output) {
        return new Capability(
                of.name(),
                of.maxConcurrency(),
                of.description(),
                of.version(),
                input,
                output,
                of.pricingModel(),
                of.price(),
                of.currency(),
                of.latencyP99Ms(),
                of.availabilityPercent(),
                of.signature(),
                of.deprecated());
    }

    /**
     * Makes the handler's input.
     *
     * @throws NonRetryableTaskException if the data does not fit: it will not in another attempt either
     */
    I input(@Nullable JsonNode data) {
        JsonNode given = data == null ? NullNode.getInstance() : data;
        String faults = check.faultsOf(given);
        if (faults != null) {
            throw new NonRetryableTaskException(
                    "expected input_data that fits the input schema of " + capability.name() + ", but " + faults);
        }
        if (inputType.isInstance(given)) {
            return inputType.cast(given);
        }
        I input;
        try {
            input = Json.MAPPER.treeToValue(given, inputType);
        } catch (JacksonException e) {
            throw new NonRetryableTaskException(expected(e.getOriginalMessage() + path(e)), e);
        }
        if (input == null) {
            throw new NonRetryableTaskException(expected("there is none"));
        }
        return input;
    }

    private String expected(String but) {
        return "expected input_data that reads as " + inputType.getSimpleName() + ", but " + but;
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            path.append('/').append(step.getPropertyName() == null ? step.getIndex() : step.getPropertyName());
        }
        return path.isEmpty() ? "" : " (at " + path + ")";
    }
}
