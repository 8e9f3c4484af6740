package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.FleetSettings;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentState;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.Tick;
import io.ains.protocol.Topics;
import io.ains.service.CommitPace;
import io.ains.service.StoredCounts;
import io.ains.service.TickAges;
import io.ains.service.Ticker;
import io.ains.service.TopologySource;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Two halves. The first turns what became of tasks into what it says of agents, keyed by agent; the second, one task
 * for each partition of agents, decides.
 */
public final class HeartbeatTopology implements TopologySource {
    static final String STATES = "states";
    static final String EVENTS = "events";
    static final String TICKS = "ticks";
    static final String STORE = "agents";
    /** Read only when somebody registers who is not known: on disk it may grow, and no start reads through it. */
    static final String ARCHIVE = "archive";

    private final Topics topics;
    private final FleetSettings settings;
    private final int partitions;
    private final CommitPace pace;
    private final TickAges ages;
    private final FleetMetrics metrics;

    /**
     * A topology that is not yet built.
     *
     * @param topics where it reads and writes
     * @param settings what its rules go by
     * @param partitions of each of the topics that are keyed by agent
     * @param pace how soon its outputs are committed
     * @param ages where each partition notes its ticks
     * @param metrics where each partition shows its numbers
     */
    public HeartbeatTopology(
            Topics topics,
            FleetSettings settings,
            int partitions,
            CommitPace pace,
            TickAges ages,
            FleetMetrics metrics) {
        this.topics = topics;
        this.settings = settings;
        this.partitions = partitions;
        this.pace = pace;
        this.ages = ages;
        this.metrics = metrics;
    }

    @Override
    public void addTo(Topology topology) {
        addOutcomes(topology);
        addFleet(topology);
    }

    private void addOutcomes(Topology topology) {
        topology.addSource("task-events", new StringDeserializer(), JsonSerde.of(TaskEvent.class), topics.taskEvents())
                .addProcessor("outcome", OutcomeProcessor::new, "task-events")
                .addSink(
                        "outcomes-out",
                        topics.agentOutcomes(),
                        new StringSerializer(),
                        JsonSerde.of(AgentOutcome.class),
                        "outcome");
    }

    private void addFleet(Topology topology) {
        ProcessorSupplier<String, Object, String, Object> fleet =
                () -> new FleetProcessor(settings, partitions, pace, ages, metrics);
        topology.addSource(
                        "registrations",
                        new StringDeserializer(),
                        JsonSerde.ofInput(RegistrationEvent.class),
                        topics.agentRegistrations())
                .addSource(
                        "heartbeats", new StringDeserializer(), new HeartbeatDeserializer(), topics.agentHeartbeats())
                .addSource(
                        "outcomes-in",
                        new StringDeserializer(),
                        JsonSerde.of(AgentOutcome.class),
                        topics.agentOutcomes())
                .addProcessor("fleet", fleet, "registrations", "heartbeats", "outcomes-in")
                .addStateStore(agents(STORE), "fleet")
                .addStateStore(agents(ARCHIVE), "fleet")
                .addStateStore(StoredCounts.store(), "fleet")
                .addSink(STATES, topics.agentStates(), new StringSerializer(), JsonSerde.of(AgentState.class), "fleet")
                .addSink(EVENTS, topics.agentEvents(), new StringSerializer(), JsonSerde.of(AgentEvent.class), "fleet")
                .addSink(
                        TICKS,
                        topics.agentHeartbeats(),
                        new StringSerializer(),
                        JsonSerde.of(Tick.class),
                        Ticker.PARTITIONER,
                        "fleet");
    }

    private static StoreBuilder<KeyValueStore<String, StoredAgent>> agents(String name) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.String(), JsonSerde.of(StoredAgent.class))
                .withCachingDisabled();
    }
}
