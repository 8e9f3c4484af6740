package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import io.ains.registry.projection.EventCount;
import io.ains.registry.projection.EventTime;
import io.ains.testkit.TopicWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fleet of a thousand agents and fifty capabilities makes of the metrics: their size, and the table of them in
 * docs/operations.md, which {@code -Dains.metrics.write=true} writes anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsReferenceTest {
    private static final Path OPERATIONS = Path.of(System.getProperty("basedir", "."), "..", "docs", "operations.md");
    private static final String BEGIN = "| metric | type | of | labels | means |\n|---|---|---|---|---|\n";
    private static final List<String> SERVICES = List.of("registry-service", "heartbeat-processor", "task-dispatcher");
    private static final int AGENTS = 1_000;
    private static final int CAPABILITIES = 50;
    private static final int MAX_BYTES = 300_000;
    private static final Duration LONG = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private Standalone ains;

    @BeforeAll
    void startWithALargeFleet(@TempDir Path folder) {
        System.setProperty("ains.metrics.max-agents", Integer.toString(AGENTS));
        ains = Standalone.start(StandaloneSettings.in(folder));
        Topics topics = Topics.withDefaultPrefix();
        try (TopicWriter writer = new TopicWriter(ains.bootstrapServers())) {
            for (int i = 0; i < AGENTS; i++) {
                RegistrationEvent registration = registration("agent-" + i, "capability-" + i % CAPABILITIES);
                byte[] value = JsonSerde.of(RegistrationEvent.class).serialize(null, registration);
                writer.send(topics.agentRegistrations(), registration.agentId(), value, Map.of());
            }
            await().atMost(LONG).until(() -> scrape(0).contains("\nains_agents_total 1000.0\n"));
            await().atMost(LONG)
                    .until(() -> scrape(2).contains("ains_capability_slots_free{capability=\"capability-49\"}"));
            for (int i = 0; i < CAPABILITIES; i++) {
                var task = TaskSpec.of("task-" + i, "client", "capability-" + i).build();
                byte[] value = JsonSerde.of(TaskCommand.class).serialize(null, new TaskCommand.SubmitTask(null, task));
                writer.send(topics.taskCommands(), task.capability(), value, Map.of());
            }
        }
        await().atMost(LONG)
                .until(() -> scrape(0)
                                .lines()
                                .filter(line -> line.startsWith("ains_task_wait_seconds_count"))
                                .count()
                        == CAPABILITIES);
        await().atMost(LONG).until(() -> scrape(0).contains("ains_broker_disk_total_bytes{"));
        // Once the groups have committed, and have been looked at since.
        await().atMost(LONG).until(() -> scrape(0).contains("ains_consumer_lag_seconds{"));
    }

    @AfterAll
    void stop() {
        System.clearProperty("ains.metrics.max-agents");
        ains.close();
    }

    private static RegistrationEvent registration(String agentId, String capability) {
        int longest = 300_000;
        return new AgentRegistration(
                agentId,
                "session",
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                DeliveryMode.KAFKA,
                longest,
                List.of(Capability.of(capability, 1)));
    }

    private String scrape(int service) throws IOException, InterruptedException {
        URI page = ains.metrics().get(service);
        return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void shouldStaySmallWithAThousandAgentsAndFiftyCapabilities() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        for (int service = 0; service < SERVICES.size(); service++) {
            sizes.add(scrape(service).getBytes(StandardCharsets.UTF_8).length);
        }
        System.out.println("metrics: bytes of a scrape " + SERVICES + " " + sizes);

        assertThat(sizes).allMatch(size -> size < MAX_BYTES);
    }

    /** A family, as one service tells of it. */
    private record Family(String type, String help, Set<String> labels, Set<String> services) {}

    @Test
    void shouldListEveryMetric() throws Exception {
        Map<String, Family> families = new TreeMap<>();
        for (EventCount count : EventCount.values()) {
            add(families, count.metric() + "_total", "counter", count.help(), count.labels(), SERVICES.get(0));
        }
        for (EventTime time : EventTime.values()) {
            add(families, time.metric(), "histogram", time.help(), time.labels(), SERVICES.get(0));
        }
        for (int service = 0; service < SERVICES.size(); service++) {
            scrape(service); // the second one tells of the first
            read(families, scrape(service), SERVICES.get(service));
        }

        StringBuilder table = new StringBuilder(BEGIN);
        families.forEach((name, family) -> table.append("| `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        name,
                        family.type,
                        family.services.size() == SERVICES.size() ? "all" : String.join(", ", family.services),
                        String.join(", ", family.labels),
                        family.help)));
        assertThat(families.values())
                .allSatisfy(family -> assertThat(family.help).isNotBlank());
        String text = Files.readString(OPERATIONS);
        int begin = text.indexOf(BEGIN);
        assertThat(begin).as("the table's head in " + OPERATIONS).isPositive();
        int end = text.indexOf("\n\n", begin) + 1;
        if (Boolean.getBoolean("ains.metrics.write")) {
            Files.writeString(OPERATIONS, text.substring(0, begin) + table + text.substring(end));
        } else {
            assertThat(text.substring(begin, end))
                    .as("run this test with -Dains.metrics.write=true, and read what it has written")
                    .isEqualTo(table.toString());
        }
    }

    private static void add(
            Map<String, Family> families,
            String name,
            String type,
            String help,
            Iterable<String> labels,
            String service) {
        Family family =
                families.computeIfAbsent(name, any -> new Family(type, help, new TreeSet<>(), new LinkedHashSet<>()));
        labels.forEach(family.labels::add);
        family.services.add(service);
    }

    /** Of what is ours: what Micrometer tells of the JVM and of Kafka's clients, they document. */
    private static void read(Map<String, Family> families, String page, String service) {
        Matcher heads = Pattern.compile("# HELP (ains_\\w+) (.*)\n# TYPE \\w+ (\\w+)\n((?:[^#].*\n)*)")
                .matcher(page);
        Pattern label = Pattern.compile("(\\w+)=\"");
        while (heads.find()) {
            if (heads.group(1).endsWith("_max")) {
                continue; // of a timer that is there too
            }
            Set<String> labels = new TreeSet<>();
            Matcher found = label.matcher(heads.group(4));
            while (found.find()) {
                labels.add(found.group(1));
            }
            labels.remove("le");
            add(families, heads.group(1), heads.group(3), heads.group(2), labels, service);
        }
    }
}
