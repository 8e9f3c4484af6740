package io.ains.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.Tick;
import io.ains.protocol.Topics;
import io.ains.testkit.RunningService;
import io.ains.testkit.TestBroker;
import io.ains.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real brokers, agents whose clocks are an hour off, and a control plane that has a bad day. */
@Execution(ExecutionMode.CONCURRENT)
class NoFalseDeathsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int AGENTS = 30;
    private static final String DYING = "agent-0";
    private static final int PARTITIONS = 4;
    private static final Pattern OWNED = Pattern.compile("ains_tick_age_seconds\\{partition=");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Topics topics = new Topics(TestBroker.uniquePrefix());

    private RunningService start(String bootstrapServers, String name) {
        RunningService service = new RunningService(
                HeartbeatProcessorApplication.builder(),
                bootstrapServers,
                "ains.topic-prefix=" + topics.prefix(),
                "ains.partitions=" + PARTITIONS,
                "ains.streams.state-dir=" + folder.resolve(name));
        await().atMost(SOON).until(() -> service.get("/readyz").statusCode() == 200);
        return service;
    }

    private <T> TopicReader<T> read(String bootstrapServers, String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        return TopicReader.of(bootstrapServers, topic, bytes -> serde.deserialize(null, bytes));
    }

    private static List<AgentEvent.StatusChanged> changes(TopicReader<AgentEvent> events) {
        return events.values().stream()
                .filter(AgentEvent.StatusChanged.class::isInstance)
                .map(AgentEvent.StatusChanged.class::cast)
                .toList();
    }

    private static void awaitRegistered(TopicReader<AgentEvent> events) {
        events.awaitValues(
                SOON,
                all -> all.stream()
                                .filter(AgentEvent.Registered.class::isInstance)
                                .count()
                        == AGENTS);
    }

    private static AgentEvent.StatusChanged awaitDeath(TopicReader<AgentEvent> events) {
        await().atMost(SOON)
                .until(() -> changes(events).stream()
                        .anyMatch(change -> change.agentId().equals(DYING) && change.to() == AgentStatus.INACTIVE));
        return changes(events).stream()
                .filter(change -> change.to() == AgentStatus.INACTIVE)
                .findFirst()
                .orElseThrow();
    }

    /** Nobody but the agent that died was ever thought to be anything but well. */
    private static void assertNoFalseDeath(TopicReader<AgentEvent> events) {
        assertThat(changes(events)).extracting(AgentEvent::agentId).containsOnly(DYING);
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plus(SOON)).until(() -> System.nanoTime() > end);
    }

    /** The first tick after so many records of its partition. */
    private static long firstTickAfter(TopicReader<HeartbeatEvent> heartbeats, int partition, long offset) {
        return heartbeats
                .await(SOON, all -> all.stream().anyMatch(record -> isTick(record, partition, offset)))
                .stream()
                .filter(record -> isTick(record, partition, offset))
                .findFirst()
                .orElseThrow()
                .timestamp();
    }

    private static boolean isTick(ConsumerRecord<String, HeartbeatEvent> record, int partition, long offset) {
        return record.partition() == partition && record.offset() > offset && record.value() instanceof Tick;
    }

    @Test
    void shouldKillNobodyThatLivesWhenTheProcessorWasDownForTenDeadTimeouts() {
        String broker = TestBroker.bootstrapServers();
        RunningService first = start(broker, "a");
        try (TopicReader<AgentEvent> events = read(broker, topics.agentEvents(), AgentEvent.class);
                TopicReader<HeartbeatEvent> heartbeats = read(broker, topics.agentHeartbeats(), HeartbeatEvent.class);
                LivingFleet fleet = new LivingFleet(broker, topics, AGENTS)) {
            fleet.live();
            awaitRegistered(events);

            first.close();
            ConsumerRecord<String, HeartbeatEvent> lastOfDying = lastOf(heartbeats, DYING);
            pass(LivingFleet.DEAD.multipliedBy(5));
            fleet.kill(DYING);
            pass(LivingFleet.DEAD.multipliedBy(5));
            try (RunningService second = start(broker, "a")) {
                AgentEvent.StatusChanged death = awaitDeath(events);

                long caughtUp = firstTickAfter(
                        heartbeats,
                        lastOfDying.partition(),
                        lastOf(heartbeats, DYING).offset());
                assertThat(death.at() - caughtUp).isBetween(0L, LivingFleet.DEAD.toMillis() + 1_000);
                pass(LivingFleet.DEAD);
                assertNoFalseDeath(events);
            }
        }
    }

    private static ConsumerRecord<String, HeartbeatEvent> lastOf(TopicReader<HeartbeatEvent> heartbeats, String agent) {
        List<ConsumerRecord<String, HeartbeatEvent>> its = heartbeats.records().stream()
                .filter(record -> agent.equals(record.key()))
                .toList();
        return its.get(its.size() - 1);
    }

    @Test
    void shouldKillNobodyThatLivesWhenTheBrokerWasAwayForTwoDeadTimeouts() {
        try (EmbeddedBroker broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start()) {
            String address = broker.bootstrapServers();
            try (RunningService service = start(address, "a");
                    TopicReader<AgentEvent> events = read(address, topics.agentEvents(), AgentEvent.class);
                    LivingFleet fleet = new LivingFleet(address, topics, AGENTS)) {
                fleet.live();
                awaitRegistered(events);

                broker.stop();
                fleet.kill(DYING);
                pass(LivingFleet.DEAD.multipliedBy(2));
                broker.start();

                awaitDeath(events);
                pass(LivingFleet.DEAD);
                assertNoFalseDeath(events);
            }
        }
    }

    @Test
    void shouldShareTheFleetWithAnotherInstanceWithoutAFalseDeath() throws Exception {
        String broker = TestBroker.bootstrapServers();
        RunningService first = start(broker, "a");
        try (TopicReader<AgentEvent> events = read(broker, topics.agentEvents(), AgentEvent.class);
                LivingFleet fleet = new LivingFleet(broker, topics, AGENTS)) {
            fleet.live();
            awaitRegistered(events);

            try (RunningService second = start(broker, "b")) {
                await().atMost(SOON).until(() -> owned(first) == 2 && owned(second) == 2);
                pass(LivingFleet.DEAD.multipliedBy(2));
                first.close();
                await().atMost(SOON).until(() -> owned(second) == PARTITIONS);
                pass(LivingFleet.DEAD.multipliedBy(2));
                fleet.kill(DYING);

                awaitDeath(events);
                assertNoFalseDeath(events);
                assertThat(second.get("/metrics").body())
                        .contains("ains_agents{status=\"AVAILABLE\"} " + (AGENTS - 1) + ".0");
            }
        } finally {
            first.close();
        }
    }

    /** How many partitions an instance has. */
    private static long owned(RunningService instance) throws Exception {
        return OWNED.matcher(instance.get("/metrics").body()).results().count();
    }
}
