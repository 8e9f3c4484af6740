package io.ains.registry.http;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.ains.registry.commands.Decision;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.servers.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes' description: what springdoc finds in the controllers and their Javadoc, and what holds of all of them. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    private static final String EXAMPLES = "openapi-examples.json";
    private static final String PROBLEM = "Problem";

    /** Fields that hold JSON of the client's own, written as it was said. */
    private static final Set<String> OBJECTS = Set.of("input_data", "metadata", "result_data", "metrics", "task");

    private static Schema<?> object() {
        return new ObjectSchema();
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("AINS")
                        .version("1")
                        .description(
                                "The agent control plane on Kafka. Fields are snake_case; times are ISO-8601 with Z; ids"
                                        + " are 1 to 128 characters of A-Z a-z 0-9 . _ : -. A command's answer is the control"
                                        + " plane's own decision, and what it says, the next GET sees: on this instance at once,"
                                        + " on another with the answer's AINS-Version as AINS-Min-Version."))
                .servers(List.of(new Server().url("/")));
    }

    @Bean
    ModelResolver modelResolver(ObjectMapperProvider provider) {
        provider.jsonMapper().addMixIn(ObjectNode.class, Opaque.class).addMixIn(JsonNode.class, Opaque.class);
        ObjectMapper mapper = provider.jsonMapper().copy();
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        ModelResolver resolver = new JsonResolver(mapper);
        resolver.openapi31(true);
        return resolver;
    }

    /** Not to be looked into. */
    @JsonAutoDetect(
            getterVisibility = JsonAutoDetect.Visibility.NONE,
            isGetterVisibility = JsonAutoDetect.Visibility.NONE,
            setterVisibility = JsonAutoDetect.Visibility.NONE,
            fieldVisibility = JsonAutoDetect.Visibility.NONE)
    private abstract static class Opaque {}

    /** Names as the JSON has them, and a client's own JSON as what it is. */
    private static final class JsonResolver extends ModelResolver {
        JsonResolver(ObjectMapper mapper) {
            super(mapper);
        }

        @Override
        public Schema<?> resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
            Class<?> raw = _mapper.constructType(type.getType()).getRawClass();
            if (raw == ObjectNode.class) {
                return object();
            }
            return raw == JsonNode.class ? new Schema<>() : super.resolve(type, context, next);
        }
    }

    @Bean
    OpenApiCustomizer common() {
        return api -> {
            api.getComponents().addSchemas(PROBLEM, problem());
            api.getComponents().getSchemas().values().forEach(OpenApiConfiguration::openObjects);
            addExamples(api);
            api.getPaths()
                    .forEach((path, item) ->
                            item.readOperationsMap().forEach((method, operation) -> complete(path, method, operation)));
        };
    }

    private static void openObjects(Schema<?> schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().replaceAll((name, property) -> {
                boolean raw = property.getTypes() != null && property.getTypes().contains("string");
                return OBJECTS.contains(name) && raw ? object().description(property.getDescription()) : property;
            });
        }
    }

    private static void addExamples(OpenAPI api) {
        try (InputStream file = new ClassPathResource(EXAMPLES).getInputStream()) {
            Map<?, ?> examples = Json31.mapper().readValue(file, Map.class);
            examples.forEach((name, example) -> {
                Schema<?> schema = api.getComponents().getSchemas().get(String.valueOf(name));
                if (schema == null) {
                    throw new IllegalStateException(EXAMPLES + " has an example of " + name + ", which is no schema");
                }
                schema.setExample(example);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void complete(String path, PathItem.HttpMethod method, Operation operation) {
        ApiResponses responses = operation.getResponses();
        if (path.contains("{")) {
            responses.addApiResponse("404", refusal("Nothing has this id."));
        }
        if (operation.getRequestBody() != null) {
            responses.addApiResponse("413", refusal("The body is too large."));
        }
        responses.addApiResponse("422", refusal("A field or parameter is not as expected; errors names each."));
        responses.addApiResponse(
                "503",
                refusal(
                        "The control plane, or Kafka, did not answer in time; Retry-After says when to try again. A command"
                                + " may still take effect, and repeating it with the same id is safe."));
        responses.addApiResponse("default", refusal("Refused; detail says what was expected."));
        if (method == PathItem.HttpMethod.GET) {
            operation.addParametersItem(new HeaderParameter()
                    .name(MinVersion.HEADER)
                    .description(
                            "An AINS-Version of an earlier answer; this one is from tables that are at least as new.")
                    .schema(new Schema<String>().types(Set.of("string"))));
        } else if (responses.get("200") != null) {
            responses
                    .get("200")
                    .addHeaderObject(
                            Decision.VERSION_HEADER,
                            new Header()
                                    .description("How new the tables are that have all of this in them.")
                                    .schema(new Schema<String>().types(Set.of("string"))));
        }
    }

    private static ApiResponse refusal(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
    }

    private static Schema<?> problem() {
        return object().description("An error by RFC 9457.")
                .addProperty("status", typed("integer", "As in the answer's first line."))
                .addProperty("title", typed("string", "The status in words."))
                .addProperty("detail", typed("string", "What was expected, in a sentence."))
                .addProperty("instance", typed("string", "The path that was asked for."))
                .addProperty("code", typed("string", "Why the control plane refused, if it did."))
                .addProperty(
                        "errors",
                        typed("array", "Each field that is not as expected, if the status is 422.")
                                .items(object().addProperty("field", typed("string", "Its name."))
                                        .addProperty("message", typed("string", "What was expected."))));
    }

    private static Schema<?> typed(String type, String description) {
        Schema<?> schema = new Schema<>();
        schema.setTypes(Set.of(type));
        schema.setDescription(description);
        return schema;
    }
}
