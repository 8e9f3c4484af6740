package io.ains.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The schemas in {@code docs/schemas} are those of the records, and say what the reader takes and refuses. */
class SchemaDriftTest {
    private static final Path DIRECTORY = Path.of(System.getProperty("basedir", "."), "..", "docs", "schemas");

    private static final String REGENERATE = "mvn -pl protocol test -Dtest=SchemaDriftTest -Dains.schemas.write=true";

    static Collection<String> files() {
        return Examples.names();
    }

    static Collection<Examples.Case> records() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldHaveTheCommittedSchema(String name) throws IOException {
        Path file = DIRECTORY.resolve(name + ".json");
        String generated = pretty(new Schemas().generate(Examples.topicType(name)));
        if (Boolean.getBoolean("ains.schemas.write")) {
            Files.createDirectories(DIRECTORY);
            Files.writeString(file, generated);
        }

        assertThat(file)
                .as("a record of %s has changed; if that is meant, run: %s", name, REGENERATE)
                .exists()
                .content()
                .isEqualTo(generated);
    }

    @Test
    void shouldHaveNoSchemaOfWhatIsGone() throws IOException {
        try (Stream<Path> committed = Files.list(DIRECTORY)) {
            assertThat(committed
                            .map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".json"))
                            .map(file -> file.substring(0, file.length() - ".json".length())))
                    .isSubsetOf(files());
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldAcceptWhatIsWritten(Examples.Case example) {
        Schema schema = schema(example);

        assertThat(schema.validate(example.fullJson())).isEmpty();
        assertThat(schema.validate(example.minimalJson())).isEmpty();
    }

    /** Takes each field away, and puts every kind of JSON in its place: schema and reader must be of one mind. */
    @ParameterizedTest
    @MethodSource("records")
    void shouldAcceptAndRefuseAsTheReaderDoes(Examples.Case example) {
        Schema schema = schema(example);
        // not 1.0, which a schema must take for an integer
        List<JsonNode> kinds = Stream.of(
                        "null", "true", "7", "0.5", "'text'", "''", "[]", "{}", "['text']", "[1]", "[null]", "[{}]")
                .map(Examples::json)
                .toList();

        for (String field : example.fullJson().propertyNames()) {
            ObjectNode json = example.fullJson();
            json.remove(field);
            assertAgreement(example, schema, json);
            for (JsonNode kind : kinds) {
                json.set(field, kind);
                assertAgreement(example, schema, json);
            }
        }
        for (RecordComponent component : example.components()) {
            String field = Examples.wireName(component);
            if (component.getType().isRecord()) {
                for (String inner : ((ObjectNode) example.fullJson().get(field)).propertyNames()) {
                    ObjectNode json = example.fullJson();
                    ((ObjectNode) json.get(field)).remove(inner);
                    assertAgreement(example, schema, json);
                    for (JsonNode kind : kinds) {
                        ((ObjectNode) json.get(field)).set(inner, kind);
                        assertAgreement(example, schema, json);
                    }
                }
            }
        }
    }

    private static void assertAgreement(Examples.Case example, Schema schema, ObjectNode json) {
        assertThat(schema.validate(json).isEmpty())
                .as("the schema's verdict on %s", json)
                .isEqualTo(isReadable(example, json));
    }

    private static boolean isReadable(Examples.Case example, ObjectNode json) {
        try {
            example.serde().deserialize("any", json.toString().getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (SerializationException e) {
            return false;
        }
    }

    private static Schema schema(Examples.Case example) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new Schemas().generate(example.topicType()));
    }

    private static String pretty(ObjectNode schema) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        Separators separators = Separators.createDefaultInstance()
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return Json.MAPPER.writer().with(printer).writeValueAsString(schema) + "\n";
    }
}
