package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.dispatcher.DispatcherProperties;
import io.ains.heartbeat.HeartbeatProperties;
import io.ains.registry.RegistrySettings;
import io.ains.service.MetricsSettings;
import io.ains.service.ServiceSettings;
import io.ains.service.StreamsSettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The table of all settings in docs/operations.md: {@code -Dains.settings.write=true} writes it anew. */
class SettingsReferenceTest {
    private static final Path OPERATIONS = Path.of(System.getProperty("basedir", "."), "..", "docs", "operations.md");
    private static final String BEGIN = "| variable | default | of | means |\n|---|---|---|---|\n";

    private static final Map<Class<? extends Record>, String> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put(ServiceSettings.class, "service-kit, all");
        SETTINGS.put(StreamsSettings.class, "service-kit, both processors");
        SETTINGS.put(MetricsSettings.class, "service-kit, registry-service, task-dispatcher");
        SETTINGS.put(HeartbeatProperties.class, "heartbeat-processor, heartbeat-processor");
        SETTINGS.put(DispatcherProperties.class, "task-dispatcher, task-dispatcher");
        SETTINGS.put(RegistrySettings.class, "registry-service, registry-service");
    }

    @Test
    void shouldListEverySettingAsItsRecordSaysIt() throws IOException {
        StringBuilder table = new StringBuilder(BEGIN);
        for (Class<? extends Record> settings : SETTINGS.keySet()) {
            appendRows(table, settings);
        }
        String text = Files.readString(OPERATIONS);
        int begin = text.indexOf(BEGIN);
        assertThat(begin).as("the table's head in " + OPERATIONS).isPositive();
        int end = text.indexOf("\n\n", begin) + 1;

        if (Boolean.getBoolean("ains.settings.write")) {
            Files.writeString(OPERATIONS, text.substring(0, begin) + table + text.substring(end));
        } else {
            assertThat(text.substring(begin, end))
                    .as("run this test with -Dains.settings.write=true, and read what it has written")
                    .isEqualTo(table.toString());
        }
    }

    private static void appendRows(StringBuilder table, Class<? extends Record> settings) throws IOException {
        String[] place = Objects.requireNonNull(SETTINGS.get(settings)).split(", ", 2);
        String source = Files.readString(Path.of(
                System.getProperty("basedir", "."),
                "..",
                place[0],
                "src/main/java",
                settings.getName().replace('.', '/') + ".java"));
        for (RecordComponent component : settings.getRecordComponents()) {
            table.append("| `%s` | %s | %s | %s |%n"
                    .formatted(
                            variable(settings, component),
                            defaultOf(settings, component),
                            place[1],
                            meaning(source, component)));
        }
    }

    private static String variable(Class<?> settings, RecordComponent component) {
        String prefix = settings.getAnnotation(ConfigurationProperties.class).value();
        String name = component.getName();
        // Spring Boot takes both spellings of a word boundary, but before the key of a map only the shorter one.
        String spelt = component.getType() == Map.class ? name + "_*" : name.replaceAll("([A-Z])", "_$1");
        return (prefix.replace('.', '_') + "_" + spelt).toUpperCase(Locale.ROOT);
    }

    private static String defaultOf(Class<?> settings, RecordComponent component) {
        List<String> names = Stream.of(settings.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        int index = names.indexOf(component.getName());
        DefaultValue value =
                settings.getDeclaredConstructors()[0].getParameters()[index].getAnnotation(DefaultValue.class);
        return value == null || value.value().length == 0 ? "" : "`" + value.value()[0] + "`";
    }

    /** Its Javadoc, in one line and without tags. */
    private static String meaning(String source, RecordComponent component) {
        Matcher found = Pattern.compile(
                        "@param " + component.getName() + "\\s+(.*?)(?=\\n \\* @param|\\n \\*/)", Pattern.DOTALL)
                .matcher(source);
        assertThat(found.find()).as("Javadoc of " + component.getName()).isTrue();
        return found.group(1)
                .replaceAll("\\s*\\n \\*\\s*", " ")
                .replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`")
                .replace("|", "\\|");
    }

    static Stream<Class<? extends Record>> settings() {
        return SETTINGS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void shouldTakeEverySettingFromTheVariableOfTheTable(Class<? extends Record> settings) throws Exception {
        String prefix = settings.getAnnotation(ConfigurationProperties.class).value();
        Record defaults = bind(prefix, settings, Map.of());
        Map<String, Object> variables = new LinkedHashMap<>();
        for (RecordComponent component : settings.getRecordComponents()) {
            variables.put(
                    variable(settings, component).replace("*", "KEY"),
                    other(
                            component,
                            Objects.requireNonNullElse(component.getAccessor().invoke(defaults), "")));
        }

        Record bound = bind(prefix, settings, variables);

        List<String> unchanged = new ArrayList<>();
        for (RecordComponent component : settings.getRecordComponents()) {
            Object before = component.getAccessor().invoke(defaults);
            if (Objects.equals(before, component.getAccessor().invoke(bound))) {
                unchanged.add(variable(settings, component));
            }
        }
        assertThat(unchanged).isEmpty();
    }

    private static Record bind(String prefix, Class<? extends Record> settings, Map<String, Object> variables) {
        // The name tells Spring Boot to read it as the environment.
        var source = new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables);
        return new Binder(ConfigurationPropertySources.from(source)).bindOrCreate(prefix, settings);
    }

    private static String other(RecordComponent component, Object value) {
        Class<?> type = component.getType();
        if (type == Map.class) {
            return component.getGenericType().getTypeName().contains("String>") ? "v" : "7";
        }
        if (type == Duration.class) {
            return ((Duration) value).plusSeconds(1).toString();
        }
        if (type == double.class) {
            return Double.toString((double) value / 2);
        }
        return type == String.class ? value + "x" : Long.toString(((Number) value).longValue() + 1);
    }
}
