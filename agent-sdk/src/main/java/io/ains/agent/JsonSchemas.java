package io.ains.agent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * JSON Schemas of inputs and results, by two optional libraries: one derives them from types, the other checks by them.
 * Where one is not on the class path, its half is left out, and the log says so once. Thread-safe.
 */
final class JsonSchemas {
    /** Looks at one input. */
    @FunctionalInterface
    interface Check {
        /** What is wrong with the input, with the path of each fault; null if it fits. */
        @Nullable
        String faultsOf(JsonNode input);
    }

    /** For inputs of which nothing is said, or for want of the library. */
    static final Check NONE = input -> null;

    private static final Logger log = LoggerFactory.getLogger(JsonSchemas.class);

    private static final boolean CAN_DERIVE = isThere(
            "com.github.victools.jsonschema.module.jackson.JacksonSchemaModule",
            "No JSON Schemas are derived from types: com.github.victools:jsonschema-module-jackson and"
                    + " com.github.victools:jsonschema-generator are not on the class path");
    private static final boolean CAN_CHECK = isThere(
            "com.networknt.schema.SchemaRegistry",
            "Inputs are not checked against JSON Schemas: com.networknt:json-schema-validator is not on the class path");

    private JsonSchemas() {}

    private static boolean isThere(String className, String otherwise) {
        try {
            Class.forName(className, false, JsonSchemas.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            log.info(otherwise);
            return false;
        }
    }

    /** The schema of what Jackson reads as a type; null if the type says nothing, or the library is not there. */
    static @Nullable JsonNode of(Class<?> type) {
        boolean saysNothing = type == Object.class || JsonNode.class.isAssignableFrom(type);
        // by name, so that the library's classes are looked for only here
        return saysNothing || !CAN_DERIVE ? null : TypeSchemas.derive(type);
    }

    /**
     * A check by a schema.
     *
     * @throws IllegalArgumentException if it is not a JSON Schema
     */
    static Check check(JsonNode schema) {
        return CAN_CHECK ? SchemaCheck.of(schema) : NONE;
    }
}
