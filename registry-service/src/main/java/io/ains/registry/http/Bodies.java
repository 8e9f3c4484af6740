package io.ains.registry.http;

import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Reads a part of a body that must not fail with the rest. Safe for many threads. */
@Component
public final class Bodies {
    private final JsonMapper mapper;
    private final Validator validator;

    Bodies(JsonMapper mapper, Validator validator) {
        this.mapper = mapper;
        this.validator = validator;
    }

    /**
     * Reads and checks a value as a body of its own would be.
     *
     * @throws ErrorResponseException 422 that names the fields
     */
    public <T> T read(JsonNode json, Class<T> type) {
        T value;
        try {
            value = mapper.treeToValue(json, type);
        } catch (DatabindException e) {
            throw mismatch(e);
        }
        if (value == null) {
            throw Problems.invalid("body", "expected one JSON object");
        }
        List<Map<String, String>> errors = validator.validate(value).stream()
                .map(fault -> Problems.error(
                        Problems.snakeCase(fault.getPropertyPath().toString()), fault.getMessage()))
                .sorted(Comparator.comparing(error -> error.get("field")))
                .toList();
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
        return value;
    }

    /** What Jackson found wrong, in terms of the JSON. */
    static ErrorResponseException mismatch(DatabindException e) {
        StringBuilder field = new StringBuilder();
        for (JacksonException.Reference part : e.getPath()) {
            if (part.getPropertyName() == null) {
                field.append('[').append(part.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(part.getPropertyName());
            }
        }
        if (field.isEmpty()) {
            return Problems.invalid("body", "expected one JSON object");
        }
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return Problems.invalid(field.toString(), Problems.expected(type));
    }
}
