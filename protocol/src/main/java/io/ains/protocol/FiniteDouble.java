package io.ains.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads a number as a double. Jackson alone would take the texts "NaN" and "Infinity" too, and make an infinity of
 * 1e999; both pass a check of bounds written as {@code x < min || x > max}, or stay in every sum that they enter.
 */
final class FiniteDouble extends StdScalarDeserializer<Double> {
    FiniteDouble(Class<?> type) {
        super(type);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context) {
        if (!parser.currentToken().isNumeric()) {
            return (Double) context.handleUnexpectedToken(handledType(), parser);
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            return context.reportInputMismatch(this, "a number beyond the range of a double");
        }
        return value;
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
        return handledType() == double.class
                ? context.reportInputMismatch(this, "Cannot map `null` into type `double`")
                : null;
    }
}
