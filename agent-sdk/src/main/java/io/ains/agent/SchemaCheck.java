package io.ains.agent;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A JSON Schema, of the draft that it names, or else of 2020-12. Thread-safe. */
final class SchemaCheck implements JsonSchemas.Check {
    /** More would not fit into a task's error message. */
    private static final int MOST_FAULTS = 5;

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Schema schema;

    private SchemaCheck(Schema schema) {
        this.schema = schema;
    }

    static SchemaCheck of(JsonNode schema) {
        String dialect = schema.path("$schema").asString(SpecificationVersion.DRAFT_2020_12.getDialectId());
        try {
            String faults =
                    describe(REGISTRY.getSchema(SchemaLocation.of(dialect)).validate(schema));
            if (faults != null) {
                throw new IllegalArgumentException("expected a JSON Schema, but " + faults);
            }
            Schema read = REGISTRY.getSchema(schema);
            read.initializeValidators();
            return new SchemaCheck(read);
        } catch (SchemaException e) {
            throw new IllegalArgumentException("expected a JSON Schema, but " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable String faultsOf(JsonNode input) {
        return describe(schema.validate(input));
    }

    private static @Nullable String describe(List<Error> faults) {
        if (faults.isEmpty()) {
            return null;
        }
        String first = faults.stream()
                .limit(MOST_FAULTS)
                .map(fault -> path(fault) + ": " + fault.getMessage())
                .collect(Collectors.joining("; "));
        return faults.size() > MOST_FAULTS ? first + "; and " + (faults.size() - MOST_FAULTS) + " more" : first;
    }

    private static String path(Error fault) {
        String path = String.valueOf(fault.getInstanceLocation());
        return path.isEmpty() ? "at the root" : "at " + path;
    }
}
