package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ains.protocol.Capability;
import io.ains.protocol.Json;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.TaskResult;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CapabilitySchemaTest extends AgainstControlPlaneTest {
    enum Language {
        DE,
        EN
    }

    record Section(String title, int words) {}

    record Document(
            @JsonProperty(required = true) String text,
            int maxWords,
            @Nullable Language targetLanguage,
            @Nullable Instant writtenAt,
            List<Section> sections,
            Map<String, Double> weights) {}

    record Summary(String shortText, double share) {}

    private static JsonNode json(String text) {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }

    private static void assign(String agentId, String taskId, String capability, @Nullable JsonNode input) {
        plane().deliver(plane().assignment(agentId, taskId, 1, capability, input), capability);
    }

    private static String failureOf(String taskId) {
        TaskResult.Report end = plane().awaitReports(taskId, 2).get(1);
        assertThat(end).isInstanceOf(TaskResult.Failed.class);
        assertThat(((TaskResult.Failed) end).retryable()).isFalse();
        return String.valueOf(((TaskResult.Failed) end).errorMessage());
    }

    @Test
    void shouldRegisterTheSchemasOfItsTypes() {
        try (Agent agent = plane().agent("typed")
                .capability("summarize", Document.class, Summary.class, task -> new Summary("", 0))
                .build()
                .start()) {
            Capability capability = plane().registrations.values().stream()
                    .filter(event -> event.agentId().equals("typed"))
                    .map(event -> Objects.requireNonNull(((AgentRegistration) event).capabilities())
                            .get(0))
                    .findFirst()
                    .orElseThrow();

            assertThat(capability.outputSchema())
                    .isEqualTo(json("{'$schema':'https://json-schema.org/draft/2020-12/schema','type':'object',"
                            + "'properties':{'share':{'type':'number'},'short_text':{'type':['string','null']}},"
                            + "'required':['share']}"));
            JsonNode input = Objects.requireNonNull(capability.inputSchema());
            assertThat(input.path("required")).isEqualTo(json("['max_words','text']"));
            assertThat(input.path("properties").propertyNames())
                    .containsExactlyInAnyOrder(
                            "text", "max_words", "target_language", "written_at", "sections", "weights");
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldTakeWhatFitsAndRefuseTheRestBeforeTheHandlerSeesIt() {
        AtomicInteger handled = new AtomicInteger();
        try (Agent agent = plane().agent("strict")
                .maxConcurrency(10)
                .capability("strictly", Document.class, task -> {
                    handled.incrementAndGet();
                    return task.input();
                })
                .build()
                .start()) {
            JsonNode full = json("{'text':'a','max_words':3,'target_language':'DE','written_at':'2026-01-01T00:00:00Z',"
                    + "'sections':[{'title':'t','words':1}],'weights':{'a':0.5},'unknown':true}");
            assign("strict", "full", "strictly", full);
            assign("strict", "least", "strictly", json("{'text':'a','max_words':3,'sections':null}"));
            assign("strict", "lacking", "strictly", json("{'max_words':3}"));
            assign(
                    "strict",
                    "deep",
                    "strictly",
                    json(
                            "{'text':'a','max_words':'3','sections':[{'title':'t','words':1},{'title':'u','words':'x'}]}"));
            assign("strict", "enum", "strictly", json("{'text':'a','max_words':3,'target_language':'FR'}"));
            assign("strict", "none", "strictly", null);

            assertThat(plane().awaitReports("full", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(plane().awaitReports("least", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(failureOf("lacking"))
                    .startsWith("expected input_data that fits the input schema of strictly, but at the root:")
                    .contains("'text'");
            assertThat(failureOf("deep")).contains("at /max_words: ", "at /sections/1/words: ");
            assertThat(failureOf("enum")).contains("at /target_language: ");
            assertThat(failureOf("none")).contains("at the root: ");
            assertThat(handled).hasValue(2);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldCheckBySchemasThatAreGiven() {
        JsonNode schema = json("{'type':'object','properties':{'n':{'type':'integer','minimum':1}},'required':['n']}");
        Capability capability =
                new Capability("given", 1, null, null, schema, null, null, null, null, null, null, null, false);
        try (Agent agent = plane().agent("given")
                .capability(capability, task -> task.input().path("n").asInt())
                .build()
                .start()) {
            assign("given", "too-small", "given", json("{'n':0}"));

            assertThat(failureOf("too-small")).contains("at /n: ");
            assign("given", "right", "given", json("{'n':1}"));
            assertThat(plane().awaitReports("right", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldRefuseASchemaThatIsNone() {
        Capability capability = new Capability(
                "odd", 1, null, null, json("{'type':'no-such-type'}"), null, null, null, null, null, null, null, false);

        assertThatThrownBy(() ->
                        Agent.builder("a").capability(capability, task -> null).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("input_schema of odd: expected a JSON Schema, but at /type: ");
    }

    @Test
    void shouldDoWithoutTheOptionalLibrariesAndSaySo(@TempDir Path folder) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*(json-schema-validator|jsonschema-|micrometer-).*"))
                .collect(Collectors.joining(File.pathSeparator));
        Path output = folder.resolve("output");
        Process process = AgentProcess.start(plane(), "bare", output, classPath);
        try {
            await().atMost(SOON.multipliedBy(3))
                    .until(() -> !plane().heartbeatsOf("bare").isEmpty());
            assign("bare", "unfit", "typed", json("{'text':'a','max_words':'many'}"));
            assign("bare", "fit", "typed", json("{'text':'abc','max_words':2}"));

            assertThat(failureOf("unfit"))
                    .startsWith("expected input_data that reads as Text, but ")
                    .endsWith(" (at /max_words)");
            assertThat(plane().awaitReports("fit", 2)).last().isInstanceOf(TaskResult.Completed.class);
            assertThat(Files.readString(output))
                    .contains("Inputs are not checked against JSON Schemas: com.networknt:json-schema-validator")
                    .contains("No JSON Schemas are derived from types: com.github.victools:jsonschema-module-jackson");
        } finally {
            process.destroyForcibly();
        }
    }
}
