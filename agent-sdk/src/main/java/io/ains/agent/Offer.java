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
 * @param handler the author's code
 */
record Offer<I>(Capability capability, Class<I> inputType, TaskHandler<I, ?> handler) {
    /**
     * Makes the handler's input.
     *
     * @throws NonRetryableTaskException if the data is not of that type: it will not be in another attempt either
     */
    I input(@Nullable JsonNode data) {
        JsonNode given = data == null ? NullNode.getInstance() : data;
        if (inputType.isInstance(given)) {
            return inputType.cast(given);
        }
        I input;
        try {
            input = Json.MAPPER.treeToValue(given, inputType);
        } catch (JacksonException e) {
            throw new NonRetryableTaskException(expected(e.getOriginalMessage()), e);
        }
        if (input == null) {
            throw new NonRetryableTaskException(expected("there is none"));
        }
        return input;
    }

    private String expected(String but) {
        return "expected input_data that reads as " + inputType.getSimpleName() + ", but " + but;
    }
}
