package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentState;
import io.ains.protocol.DeadTask;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Tick;
import io.ains.protocol.Topics;
import io.ains.service.CommitPace;
import io.ains.service.StoredCounts;
import io.ains.service.TickAges;
import io.ains.service.Ticker;
import io.ains.service.TopicProvisioner;
import io.ains.service.TopologySource;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * Two halves. The first turns what is said of an agent into what each of its capabilities must know, keyed by
 * capability; the second, one task for each partition of capabilities, decides.
 */
public final class DispatcherTopology implements TopologySource {
    static final String EVENTS = "events";
    static final String DELIVERIES = "deliveries";
    static final String DEAD_TASKS = "dead-tasks";
    static final String AGENT_OUTCOMES = "agent-outcomes";
    static final String TICKS = "ticks";
    static final String CAPACITIES = "capacities";
    static final String STORE = "tasks";
    static final String FAN_OUT_STORE = "capacities-sent";

    private final Topics topics;
    private final DispatcherSettings settings;
    private final CommitPace pace;
    private final TopicProvisioner provisioner;
    private final TickAges ages;
    private final DispatcherMetrics metrics;
    private final TaskSpans spans;

    /** Takes what its processors need; see {@link DispatcherProcessor}. */
    public DispatcherTopology(
            Topics topics,
            DispatcherSettings settings,
            CommitPace pace,
            TopicProvisioner provisioner,
            TickAges ages,
            DispatcherMetrics metrics,
            TaskSpans spans) {
        this.topics = topics;
        this.settings = settings;
        this.pace = pace;
        this.provisioner = provisioner;
        this.ages = ages;
        this.metrics = metrics;
        this.spans = spans;
    }

    @Override
    public void addTo(Topology topology) {
        addFanOut(topology);
        addDispatcher(topology);
    }

    private void addFanOut(Topology topology) {
        ProcessorSupplier<String, AgentState, String, AgentCapacity> fanOut = () -> new CapacityFanOut(pace);
        topology.addSource("agent-states", keys(), JsonSerde.of(AgentState.class), topics.agentStates())
                .addProcessor("fan-out", fanOut, "agent-states")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(FAN_OUT_STORE),
                                        Serdes.String(),
                                        JsonSerde.of(CapacityFanOut.Sent.class))
                                .withCachingDisabled(),
                        "fan-out")
                .addSink(
                        CAPACITIES,
                        topics.agentCapacities(),
                        new StringSerializer(),
                        JsonSerde.of(AgentCapacity.class),
                        "fan-out");
    }

    private void addDispatcher(Topology topology) {
        ProcessorSupplier<String, Object, String, Object> dispatcher =
                () -> new DispatcherProcessor(topics, settings, pace, provisioner, ages, metrics, spans);
        JsonSerde<TaskDelivery> deliveries = JsonSerde.of(TaskDelivery.class);
        Serializer<Outgoing> unwrapped = (topic, outgoing) -> deliveries.serialize(topic, outgoing.delivery());
        TopicNameExtractor<String, Outgoing> topicOfCapability = (key, outgoing, context) -> outgoing.topic();
        topology.addSource("commands", keys(), JsonSerde.ofInput(TaskCommand.class), topics.taskCommands())
                .addSource("results", keys(), JsonSerde.ofInput(TaskResult.class), topics.taskResults())
                .addSource("agent-capacities", keys(), JsonSerde.of(AgentCapacity.class), topics.agentCapacities())
                .addProcessor("dispatcher", dispatcher, "commands", "results", "agent-capacities")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                                .withCachingDisabled(),
                        "dispatcher")
                .addStateStore(StoredCounts.store(), "dispatcher")
                .addSink(
                        EVENTS,
                        topics.taskEvents(),
                        new StringSerializer(),
                        JsonSerde.of(TaskEvent.class),
                        "dispatcher")
                .addSink(DELIVERIES, topicOfCapability, new StringSerializer(), unwrapped, "dispatcher")
                .addSink(
                        DEAD_TASKS,
                        topics.taskDeadLetters(),
                        new StringSerializer(),
                        JsonSerde.of(DeadTask.class),
                        "dispatcher")
                .addSink(
                        AGENT_OUTCOMES,
                        topics.agentOutcomes(),
                        new StringSerializer(),
                        JsonSerde.of(AgentOutcome.class),
                        "dispatcher")
                .addSink(
                        TICKS,
                        topics.taskResults(),
                        new StringSerializer(),
                        JsonSerde.of(Tick.class),
                        Ticker.PARTITIONER,
                        "dispatcher");
    }

    private static Deserializer<String> keys() {
        return new StringDeserializer();
    }

    /** What an agent is told, and on which capability's topic. */
    record Outgoing(String topic, TaskDelivery delivery) {}
}
