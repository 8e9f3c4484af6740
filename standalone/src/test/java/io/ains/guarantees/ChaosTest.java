package io.ains.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.registry.RegistryApplication;
import io.ains.testkit.BrokerCluster;
import io.ains.testkit.ServiceProcess;
import io.ains.testkit.TaskGuarantees;
import io.ains.testkit.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, two instances of each service and a fleet, all in processes of their own, under load, while one after the
 * other is killed, frozen for longer than its sessions last, or restarted; and what stands on the topics when all is
 * over. Runs for as long as {@code -Dains.guarantees.seconds=N} says, and not without it; {@code
 * -Dains.guarantees.seed=N} runs it in that order again, {@code -Dains.guarantees.faults=restart} does only that of which
 * the name has the word.
 */
@EnabledIfSystemProperty(named = ChaosTest.SECONDS, matches = "\\d+")
class ChaosTest {
    private static final Path REPORT = Path.of("target", "guarantees.txt");

    static final String SECONDS = "ains.guarantees.seconds";
    private static final Duration RECOVERY = Duration.ofMinutes(2);
    private static final Duration SETTLED = Duration.ofMinutes(5);
    /** Longer than the services' sessions (2 s) and those of the brokers (3 s), as a long pause of a machine is. */
    private static final long FROZEN_MS = 7_000;

    /** Longer than the brokers' sessions, and than clients wait for an answer. */
    private static final long CUT_MS = 10_000;

    private static final int BROKERS = 3;

    private final Topics topics = Topics.withDefaultPrefix();
    private final Stalls stalls = new Stalls();

    /** Something that goes wrong, and is made good again. */
    private record Fault(String name, Step begin, long goneMs, Step end) {
        interface Step {
            void run() throws Exception;
        }

        static Fault killing(String whom, ServiceProcess victim, long goneMs) {
            return new Fault("SIGKILL of " + whom, victim::kill, goneMs, victim::start);
        }

        static Fault freezing(String whom, ServiceProcess victim) {
            return new Fault("SIGSTOP of " + whom, victim::freeze, FROZEN_MS, victim::thaw);
        }

        static Fault restarting(String whom, ServiceProcess victim) {
            return new Fault("restart of " + whom, victim::terminate, 0, victim::start);
        }
    }

    @Test
    void shouldKeepEveryPromiseWhileAnythingDies(@TempDir Path folder) throws Exception {
        long seconds = Long.getLong(SECONDS);
        long seed = Long.getLong("ains.guarantees.seed", System.nanoTime());
        Random random = new Random(seed);
        Files.deleteIfExists(REPORT);
        tell("guarantees: seed %d, %d s", seed, seconds);
        BrokerCluster brokers = new BrokerCluster(folder, BROKERS);
        try (Cluster cluster = Cluster.with(brokers, folder)) {
            List<ServiceProcess> fleets = start(cluster, HeartbeatProcessorApplication.class, "fleet");
            List<ServiceProcess> dispatchers = start(cluster, TaskDispatcherApplication.class, "dispatcher");
            List<ServiceProcess> registries = start(cluster, RegistryApplication.class, "registry");
            List<ServiceProcess> services = Stream.of(fleets, dispatchers, registries)
                    .flatMap(List::stream)
                    .toList();
            for (ServiceProcess service : services) {
                cluster.awaitReady(service);
            }
            TopicReader<TaskEvent> events = read(cluster, topics.taskEvents(), TaskEvent.class);
            TopicReader<AgentEvent> agentEvents = read(cluster, topics.agentEvents(), AgentEvent.class);
            TopicReader<AgentState> states = read(cluster, topics.agentStates(), AgentState.class);
            TopicReader<AgentOutcome> outcomes = read(cluster, topics.agentOutcomes(), AgentOutcome.class);
            List<URI> doors = registries.stream().map(cluster::address).toList();
            try (Agents agents = new Agents(cluster, stalls, new Random(random.nextLong()));
                    Submissions submissions = new Submissions(cluster.bootstrapServers(), doors)) {
                agents.start();
                awaitKnown(submissions, events);
                stalls.clear();
                submissions.start();
                agents.startGuests();
                TimeUnit.SECONDS.sleep(5);

                breakOneAfterTheOther(
                        cluster,
                        services,
                        () -> faults(brokers, fleets, dispatchers, registries, agents.processes()),
                        random,
                        seconds);

                tell("%s the load ends", LocalTime.now());
                String pauses = stalls.table();
                submissions.stop();
                agents.stopGuests();
                tell("%s nobody comes any more", LocalTime.now());
                settle(() -> ended(events.values()).containsAll(submissions.accepted()));
                TaskGuarantees result = new TaskGuarantees(
                        submissions.accepted(), events.values(), deliveries(cluster, events), agents.slots());
                List<String> deaths = deaths(agentEvents, agents.steady());
                report(seconds, seed, submissions, agents, result, pauses);
                assertThat(result.violations()).isEmpty();
                assertThat(deaths)
                        .as("agents declared dead that lived throughout")
                        .isEmpty();
                assertThat(stalls.faults()).isPositive();
                assertThat(submissions.acceptedOverHttp()).isPositive();
                assertCountersEqualTheTopics(doors, events, outcomes, states);
            }
        }
    }

    private List<ServiceProcess> start(Cluster cluster, Class<?> main, String name) {
        return List.of(cluster.start(main, name + "-1"), cluster.start(main, name + "-2"));
    }

    /** All that is done to the cluster once a round. */
    private static List<Fault> faults(
            BrokerCluster brokers,
            List<ServiceProcess> fleets,
            List<ServiceProcess> dispatchers,
            List<ServiceProcess> registries,
            List<ServiceProcess> workers) {
        List<Fault> faults = new ArrayList<>();
        dispatchers.forEach(each -> faults.add(Fault.killing("a dispatcher", each, 2_000)));
        dispatchers.forEach(each -> faults.add(Fault.freezing("a dispatcher (a zombie after it)", each)));
        dispatchers.forEach(each -> faults.add(Fault.restarting("a dispatcher", each)));
        fleets.forEach(each -> faults.add(Fault.killing("a heartbeat-processor", each, 2_000)));
        fleets.forEach(each -> faults.add(Fault.freezing("a heartbeat-processor (a zombie after it)", each)));
        fleets.forEach(each -> faults.add(Fault.restarting("a heartbeat-processor", each)));
        registries.forEach(each -> faults.add(Fault.killing("a registry", each, 2_000)));
        registries.forEach(each -> faults.add(Fault.restarting("a registry", each)));
        brokers.brokers().forEach(each -> faults.add(Fault.killing("a broker", each, 5_000)));
        brokers.brokers().forEach(each -> faults.add(Fault.freezing("a broker (a zombie after it)", each)));
        for (int i = 1; i <= BROKERS; i++) {
            int id = i;
            faults.add(new Fault("network cut of a broker", () -> brokers.cutOff(id), CUT_MS, brokers::mend));
            faults.add(new Fault(
                    "network cut between a broker and the others",
                    () -> brokers.cutOffFromBrokers(id),
                    CUT_MS,
                    brokers::mend));
        }
        workers.forEach(each -> faults.add(Fault.killing("an agent", each, 1_000)));
        workers.forEach(each -> faults.add(Fault.freezing("an agent (a zombie after it)", each)));
        return faults;
    }

    /** Every kind of fault comes once before one comes twice; which instance it hits, and the order, the seed decides. */
    private void breakOneAfterTheOther(
            Cluster cluster, List<ServiceProcess> services, Callable<List<Fault>> all, Random random, long seconds)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Fault> round = new ArrayList<>();
        while (System.nanoTime() < end) {
            if (round.isEmpty()) {
                List<Fault> shuffled = new ArrayList<>(all.call());
                shuffled.removeIf(fault -> !fault.name.contains(System.getProperty("ains.guarantees.faults", "")));
                Collections.shuffle(shuffled, random);
                Map<String, Integer> turns = new HashMap<>();
                List<List<Fault>> byTurn = new ArrayList<>();
                for (Fault fault : shuffled) {
                    int turn = turns.merge(fault.name(), 1, Integer::sum) - 1;
                    while (byTurn.size() <= turn) {
                        byTurn.add(new ArrayList<>());
                    }
                    byTurn.get(turn).add(fault);
                }
                byTurn.forEach(round::addAll);
            }
            Fault fault = round.remove(0);
            tell("%s %s", LocalTime.now(), fault.name());
            stalls.begin(fault.name());
            fault.begin().run();
            TimeUnit.MILLISECONDS.sleep(fault.goneMs());
            fault.end().run();
            await("all well after " + fault.name())
                    .atMost(RECOVERY)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> isWell(cluster, services));
            stalls.recovered();
            tell("%s all well", LocalTime.now());
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static boolean isWell(Cluster cluster, List<ServiceProcess> services) throws InterruptedException {
        for (ServiceProcess service : services) {
            if (!cluster.isReady(service)) {
                return false;
            }
        }
        return cluster.isReplicated();
    }

    /** A task of each capability comes through; only then is there a pause to be measured. */
    private void awaitKnown(Submissions submissions, TopicReader<TaskEvent> events) throws Exception {
        await().atMost(SETTLED).pollInterval(Duration.ofMillis(500)).until(() -> {
            boolean all = true;
            for (String capability : Agents.CAPABILITIES) {
                if (!stalls.hasStarted(capability)) {
                    all = false;
                    submissions.submit("first-" + capability, capability).get(30, TimeUnit.SECONDS);
                }
            }
            return all;
        });
        events.awaitValues(SETTLED, seen -> ended(seen).size() >= Agents.CAPABILITIES.size());
    }

    /** What has not come by then, the guarantees will tell in more words. */
    private static void settle(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + SETTLED.toNanos();
        while (!condition.call() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static Set<String> ended(List<TaskEvent> events) {
        return events.stream()
                .filter(event -> event instanceof TaskEvent.Completed || event instanceof TaskEvent.Failed)
                .map(TaskEvent::taskId)
                .collect(Collectors.toSet());
    }

    private List<TaskDelivery> deliveries(Cluster cluster, TopicReader<TaskEvent> events) throws Exception {
        List<TopicReader<TaskDelivery>> readers = Agents.CAPABILITIES.stream()
                .map(capability -> read(cluster, topics.capability(capability), TaskDelivery.class))
                .toList();
        long assigned = events.values().stream()
                .filter(TaskEvent.Assigned.class::isInstance)
                .count();
        List<TaskDelivery> all = new ArrayList<>();
        settle(() -> {
            all.clear();
            readers.forEach(reader -> all.addAll(reader.values()));
            return all.stream()
                            .filter(TaskDelivery.TaskAssignment.class::isInstance)
                            .count()
                    >= assigned;
        });
        return all;
    }

    private static List<String> deaths(TopicReader<AgentEvent> events, List<String> living) {
        return events.values().stream()
                .filter(event -> event instanceof AgentEvent.StatusChanged change
                        && change.to() == AgentStatus.INACTIVE
                        && living.contains(change.agentId()))
                .map(AgentEvent::toString)
                .toList();
    }

    /** What the heartbeat-processor told itself of tasks, and counted of each agent, and what each registry shows of tasks. */
    private static void assertCountersEqualTheTopics(
            List<URI> doors,
            TopicReader<TaskEvent> events,
            TopicReader<AgentOutcome> outcomes,
            TopicReader<AgentState> states)
            throws Exception {
        Map<String, String> ended = new TreeMap<>();
        Map<String, Long> completedBy = new HashMap<>();
        for (TaskEvent event : events.values()) {
            if (event instanceof TaskEvent.Completed completed) {
                ended.put(completed.taskId(), completed.agentId());
                completedBy.merge(completed.agentId(), 1L, Long::sum);
            }
        }
        Callable<Map<String, String>> told = () -> {
            Map<String, String> all = new TreeMap<>();
            outcomes.values().forEach(outcome -> {
                if (outcome instanceof AgentOutcome.AttemptEnded attempt && attempt.completed()) {
                    all.put(attempt.taskId(), attempt.agentId());
                }
            });
            return all;
        };
        settle(() -> told.call().equals(ended));
        Map<String, String> untold = new TreeMap<>(ended);
        untold.entrySet().removeAll(told.call().entrySet());
        assertThat(untold).as("completed tasks without an outcome").isEmpty();
        Callable<Map<String, Long>> counted = () -> {
            Map<String, Long> all = new HashMap<>();
            states.latestByKey().values().forEach(state -> {
                if (state.tasksCompleted() > 0) {
                    all.put(state.agentId(), state.tasksCompleted());
                }
            });
            return all;
        };
        settle(() -> counted.call().equals(completedBy));
        assertThat(counted.call()).as("tasks completed by each agent").isEqualTo(completedBy);
        long completed =
                completedBy.values().stream().mapToLong(Long::longValue).sum();
        for (URI door : doors) {
            settle(() -> total(door) == completed);
            assertThat(total(door))
                    .as("completed tasks of the registry at " + door)
                    .isEqualTo(completed);
        }
    }

    private static long total(URI door) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(door.resolve("/aitp/tasks?status=COMPLETED&limit=1"))
                .timeout(Duration.ofSeconds(10))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return Json.MAPPER.readTree(body).path("total").asLong(-1);
    }

    private void report(
            long seconds, long seed, Submissions submissions, Agents agents, TaskGuarantees result, String pauses)
            throws IOException {
        tell(
                "guarantees: seed %d, %d s, %d faults, %d guests; %d tasks accepted (%d over HTTP), %d completed, %d"
                        + " failed, %d requeued, %d violations%n%s",
                seed,
                seconds,
                stalls.faults(),
                agents.joined(),
                submissions.accepted().size(),
                submissions.acceptedOverHttp(),
                result.ended(TaskStatus.COMPLETED),
                result.ended(TaskStatus.FAILED),
                result.requeued(),
                result.violations().size(),
                pauses);
    }

    /** Into a file that can be read while it runs. */
    private static void tell(String format, Object... arguments) throws IOException {
        Files.writeString(
                REPORT,
                String.format(Locale.ROOT, format, arguments) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static <T> TopicReader<T> read(Cluster cluster, String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        TopicReader<T> reader =
                TopicReader.of(cluster.bootstrapServers(), topic, bytes -> serde.deserialize(null, bytes));
        cluster.closeFirst(reader);
        return reader;
    }
}
