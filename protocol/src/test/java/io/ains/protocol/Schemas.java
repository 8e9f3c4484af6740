package io.ains.protocol;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinitionProviderV2;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import com.github.victools.jsonschema.generator.impl.DefinitionKey;
import com.github.victools.jsonschema.generator.naming.DefaultSchemaDefinitionNamingStrategy;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON Schema (draft 2020-12) of a topic's records from the records. */
final class Schemas {
    private final SchemaGenerator generator;

    Schemas() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(
                        Option.DEFINITIONS_FOR_ALL_OBJECTS,
                        Option.EXTRA_OPEN_API_FORMAT_VALUES,
                        Option.INLINE_NULLABLE_SCHEMAS,
                        Option.PLAIN_DEFINITION_KEYS)
                .with(new JacksonSchemaModule(
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY,
                        JacksonOption.SKIP_SUBTYPE_LOOKUP,
                        JacksonOption.IGNORE_TYPE_INFO_TRANSFORM));
        config.forFields()
                .withPropertyNameOverrideResolver(field -> Examples.wireName(component(field)))
                .withRequiredCheck(field -> Examples.isRequired(component(field)))
                .withNullableCheck(field -> !field.isFakeContainerItemScope() && !Examples.isRequired(component(field)))
                .withDefaultResolver(
                        field -> field.isFakeContainerItemScope() ? null : Examples.constantDefault(component(field)));
        config.forTypesInGeneral()
                .withPropertySorter(Comparator.comparingInt(Schemas::position))
                .withDefinitionNamingStrategy(new WireNames())
                .withCustomDefinitionProvider(new AnyJson())
                .withCustomDefinitionProvider(new OneOfTheUnion())
                .withTypeAttributeOverride(Schemas::addTypeName);
        this.generator = new SchemaGenerator(config.build());
    }

    ObjectNode generate(Class<?> topicType) {
        ObjectNode schema = generator.generateSchema(topicType);
        ObjectNode titled = schema.objectNode();
        titled.set("$schema", schema.get("$schema"));
        titled.put("title", topicType.getSimpleName());
        titled.setAll(schema);
        return titled;
    }

    private static RecordComponent component(FieldScope field) {
        return Arrays.stream(field.getDeclaringType().getErasedType().getRecordComponents())
                .filter(component -> component.getName().equals(field.getDeclaredName()))
                .findAny()
                .orElseThrow();
    }

    /** Fields stand as in the record, not by the alphabet. */
    private static int position(MemberScope<?, ?> member) {
        return List.of(member.getDeclaringType().getErasedType().getRecordComponents())
                .indexOf(component((FieldScope) member));
    }

    /** A record of a union bears its name in {@code type}, before all else. */
    private static void addTypeName(ObjectNode schema, TypeScope scope, SchemaGenerationContext context) {
        String name = typeName(scope.getType());
        if (name == null) {
            return;
        }
        ObjectNode properties = schema.objectNode();
        properties.putObject("type").put("const", name);
        if (schema.get("properties") instanceof ObjectNode others) {
            properties.setAll(others);
        }
        schema.set("properties", properties);
        ArrayNode required = schema.arrayNode().add("type");
        if (schema.get("required") instanceof ArrayNode others) {
            required.addAll(others);
        }
        schema.set("required", required);
    }

    private static @Nullable String typeName(ResolvedType type) {
        JsonTypeName annotation = type.getErasedType().getAnnotation(JsonTypeName.class);
        return annotation == null ? null : annotation.value();
    }

    /** Names definitions as the wire does: {@code TaskCompleted}, not {@code Completed}. */
    private static final class WireNames extends DefaultSchemaDefinitionNamingStrategy {
        @Override
        public String getDefinitionNameForKey(DefinitionKey key, SchemaGenerationContext context) {
            String name = typeName(key.getType());
            return name == null ? super.getDefinitionNameForKey(key, context) : name;
        }
    }

    private static final class AnyJson implements CustomDefinitionProviderV2 {
        @Override
        public @Nullable CustomDefinition provideCustomSchemaDefinition(
                ResolvedType type, SchemaGenerationContext context) {
            return type.getErasedType() == JsonNode.class
                    ? new CustomDefinition(
                            context.getGeneratorConfig().createObjectNode(),
                            CustomDefinition.DefinitionType.INLINE,
                            CustomDefinition.AttributeInclusion.NO)
                    : null;
        }
    }

    private static final class OneOfTheUnion implements CustomDefinitionProviderV2 {
        @Override
        public @Nullable CustomDefinition provideCustomSchemaDefinition(
                ResolvedType type, SchemaGenerationContext context) {
            if (!type.getErasedType().isSealed()) {
                return null;
            }
            ObjectNode union = context.getGeneratorConfig().createObjectNode();
            ArrayNode alternatives = union.putArray("oneOf");
            Examples.records(type.getErasedType())
                    .map(subtype -> context.getTypeContext().resolve(subtype))
                    .map(context::createDefinitionReference)
                    .forEach(alternatives::add);
            return new CustomDefinition(union);
        }
    }
}
