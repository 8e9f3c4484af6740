package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentPartition;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.Json;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;

/** What docs/protocol.md says is so: who writes an agent by it has nothing else to go by. */
class ProtocolPageTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json (\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern VECTOR =
            Pattern.compile("\\| `([^`]+)` \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|");
    private static final Pattern TOPIC = Pattern.compile("\\| `([^`]+)` \\| `ains\\.tasks\\.([^`]+)` \\|");
    private static final Map<String, Class<?>> UNIONS = Map.of(
            "RegistrationEvent", RegistrationEvent.class,
            "HeartbeatEvent", HeartbeatEvent.class,
            "AgentEvent", AgentEvent.class,
            "TaskDelivery", TaskDelivery.class,
            "TaskResult", TaskResult.class,
            "TaskCommand", TaskCommand.class,
            "TaskEvent", TaskEvent.class);

    private final String page = read();

    private static String read() {
        try {
            return Files.readString(Path.of("..", "docs", "protocol.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<MatchResult> all(Pattern pattern) {
        return pattern.matcher(page).results().toList();
    }

    @Test
    void shouldShowRecordsAsTheyAre() {
        Set<String> shown = new TreeSet<>();
        for (MatchResult example : all(EXAMPLE)) {
            Class<?> union = Objects.requireNonNull(UNIONS.get(example.group(1)), example.group(1));
            for (JsonNode record : records(example.group(2))) {
                JsonNode read =
                        Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(Json.MAPPER.treeToValue(record, union)));
                assertThat(fieldsMissing(record, read)).as("%s", record).isEmpty();
                shown.add(example.group(1) + " " + record.path("type").asString());
            }
        }

        // a new kind of record has to be shown on the page
        assertThat(shown).isEqualTo(kinds());
    }

    private static List<JsonNode> records(String example) {
        try (MappingIterator<JsonNode> records =
                Json.MAPPER.readerFor(JsonNode.class).readValues(example)) {
            return records.readAll();
        }
    }

    /** Every kind of record of every union. */
    private static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>();
        UNIONS.forEach((name, union) -> {
            for (JsonSubTypes.Type kind :
                    union.getAnnotation(JsonSubTypes.class).value()) {
                kinds.add(name + " "
                        + kind.value().getAnnotation(JsonTypeName.class).value());
            }
        });
        return kinds;
    }

    /** Fields that the page shows and AINS ignores: misspelt, or gone. */
    private static List<String> fieldsMissing(JsonNode shown, JsonNode read) {
        return shown.properties().stream()
                .filter(field -> !field.getValue().equals(read.get(field.getKey()))
                        && !(field.getValue().isContainer() && read.has(field.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void shouldShowThePartitionsOfKeys() {
        List<MatchResult> rows = all(VECTOR);

        assertThat(rows).hasSize(6);
        int[] partitions = {Integer.MAX_VALUE, 1, 2, 4, 8, 16};
        for (MatchResult row : rows) {
            for (int i = 0; i < partitions.length; i++) {
                assertThat(AgentPartition.of(row.group(1), partitions[i]))
                        .as("%s of %d", row.group(1), partitions[i])
                        .isEqualTo(Integer.parseInt(row.group(2 + i)));
            }
        }
    }

    @Test
    void shouldShowTheTopicsOfCapabilities() {
        List<MatchResult> rows = all(TOPIC);

        assertThat(rows).hasSize(5);
        for (MatchResult row : rows) {
            assertThat(Topics.withDefaultPrefix().capability(row.group(1))).isEqualTo("ains.tasks." + row.group(2));
        }
    }
}
