package io.ains.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import io.ains.protocol.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;

/**
 * JSON Schemas (draft 2020-12) of the author's types, as {@link Json#MAPPER} reads them: fields in snake_case; those of
 * primitive types, or marked {@code @JsonProperty(required = true)}, are required, the others may be absent or null.
 */
final class TypeSchemas {
    private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

    private TypeSchemas() {}

    static JsonNode derive(Class<?> type) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES, Option.INLINE_NULLABLE_SCHEMAS)
                .with(new JacksonSchemaModule(
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY, JacksonOption.RESPECT_JSONPROPERTY_REQUIRED));
        config.forFields()
                .withPropertyNameOverrideResolver(TypeSchemas::wireName)
                .withRequiredCheck(TypeSchemas::isPrimitive)
                .withNullableCheck(field -> !field.isFakeContainerItemScope() && !isPrimitive(field));
        return new SchemaGenerator(config.build()).generateSchema(type);
    }

    /** Null if the author has named it, which is the Jackson module's to see. */
    private static @Nullable String wireName(FieldScope field) {
        JsonProperty named = field.getAnnotationConsideringFieldAndGetterIfSupported(JsonProperty.class);
        return named == null || named.value().isEmpty()
                ? NAMES.nameForField(null, null, field.getDeclaredName())
                : null;
    }

    private static boolean isPrimitive(FieldScope field) {
        return field.getRawMember().getType().isPrimitive();
    }
}
