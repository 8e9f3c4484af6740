package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.AgentRecord;
import io.ains.heartbeat.domain.Counted;
import io.ains.heartbeat.domain.Fleet;
import io.ains.heartbeat.domain.FleetCounts;
import io.ains.heartbeat.domain.FleetSettings;
import io.ains.heartbeat.domain.Outbox;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentPartition;
import io.ains.protocol.AgentState;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Ids;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.StatusReason;
import io.ains.protocol.Tick;
import io.ains.service.CommitPace;
import io.ains.service.EventLog;
import io.ains.service.PromptCommit;
import io.ains.service.StoredCounts;
import io.ains.service.TickAges;
import io.ains.service.Ticker;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One partition's fleet between its topics and its store. */
final class FleetProcessor implements Processor<String, Object, String, Object>, Outbox {
    private static final Logger log = LoggerFactory.getLogger(FleetProcessor.class);

    private final FleetSettings settings;
    private final int partitions;
    private final CommitPace pace;
    private final TickAges ages;
    private final FleetMetrics metrics;

    private ProcessorContext<String, Object> context;
    private KeyValueStore<String, StoredAgent> store;
    private KeyValueStore<String, StoredAgent> archive;
    private Fleet fleet;
    private Ticker ticker;
    private PromptCommit commit;
    private StoredCounts<Counted> counts;
    private FleetCounts shown = FleetCounts.NONE;

    FleetProcessor(FleetSettings settings, int partitions, CommitPace pace, TickAges ages, FleetMetrics metrics) {
        this.settings = settings;
        this.partitions = partitions;
        this.pace = pace;
        this.ages = ages;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        this.store = context.getStateStore(HeartbeatTopology.STORE);
        this.archive = context.getStateStore(HeartbeatTopology.ARCHIVE);
        this.counts = new StoredCounts<>(context, pace, metrics.counters());
        this.fleet = new Fleet(settings, this);
        try (KeyValueIterator<String, StoredAgent> stored = store.all()) {
            while (stored.hasNext()) {
                KeyValue<String, StoredAgent> entry = stored.next();
                fleet.restore(entry.value.agent());
            }
        }
        this.commit = new PromptCommit(context, pace);
        this.ticker = new Ticker(context, HeartbeatTopology.TICKS, commit, ages, fleet::nextDeadline);
        show();
    }

    @Override
    public void process(Record<String, Object> record) {
        Object value = record.value();
        long time = record.timestamp();
        if (value instanceof Heartbeat heartbeat) {
            requireKey(record.key(), heartbeat.agentId());
            fleet.heartbeat(heartbeat, time);
        } else if (value instanceof Tick tick) {
            ticker.arrived(tick, time);
            fleet.tick(time);
            show();
        } else if (value instanceof RegistrationEvent request) {
            requireKey(record.key(), request.agentId());
            requireHome(request.agentId());
            fleet.registration(request, time);
        } else if (value instanceof AgentOutcome outcome) {
            requireKey(record.key(), outcome.agentId());
            fleet.outcome(outcome, time);
        } else {
            throw new IllegalArgumentException("expected a registration, a heartbeat or an outcome, but got "
                    + (value == null ? "an empty record" : value.getClass().getSimpleName()));
        }
    }

    private static void requireKey(@Nullable String key, String agentId) {
        if (!agentId.equals(key)) {
            throw new IllegalArgumentException(
                    "expected the record's key to be its agent_id, but got " + (key == null ? "none" : "another"));
        }
    }

    /** A client that spreads keys in another way than Kafka's own would make two writers of one agent. */
    private void requireHome(String agentId) {
        int home = AgentPartition.of(agentId, partitions);
        int found = context.taskId().partition();
        if (home != found && Ids.isValid(agentId)) {
            throw new IllegalArgumentException("expected the agent on partition " + home
                    + ", where murmur2 of its id puts it, but got partition " + found);
        }
    }

    @Override
    public void keep(AgentRecord record) {
        store.put(record.agentId(), StoredAgent.of(record));
    }

    @Override
    public void forget(String agentId, long time) {
        store.delete(agentId);
        tellState(agentId, null, time);
    }

    @Override
    public void archive(AgentRecord record, long time) {
        archive.put(record.agentId(), StoredAgent.of(record));
        forget(record.agentId(), time);
    }

    @Override
    public @Nullable AgentRecord archived(String agentId) {
        StoredAgent found = archive.get(agentId);
        return found == null ? null : found.agent();
    }

    @Override
    public void unarchive(String agentId) {
        archive.delete(agentId);
    }

    @Override
    public void state(AgentState state, long time) {
        tellState(state.agentId(), state, time);
    }

    private void tellState(String agentId, @Nullable AgentState state, long time) {
        context.forward(new Record<>(agentId, state, time), HeartbeatTopology.STATES);
    }

    @Override
    public void event(AgentEvent event) {
        EventLog.of(event, "decided");
        context.forward(new Record<>(event.agentId(), event, event.at()), HeartbeatTopology.EVENTS);
        // Somebody may wait for it; a refreshed state can wait for the next regular commit.
        commit.afterOutput();
        if (event instanceof AgentEvent.StatusChanged changed && changed.reason() == StatusReason.SILENCE) {
            log.atInfo()
                    .addKeyValue("agent_id", changed.agentId())
                    .addKeyValue("status", changed.to())
                    .log("agent is silent");
        }
    }

    @Override
    public void count(Counted what) {
        counts.add(what);
        if (what == Counted.GRACE) {
            log.atWarn()
                    .addKeyValue("partition", context.taskId().partition())
                    .log("no tick for too long: every agent gets a full grace period");
        }
    }

    private void show() {
        FleetCounts now = fleet.counts();
        int partition = context.taskId().partition();
        metrics.present(partition, now);
        counts.show();
        if (now.holdingDeaths() != shown.holdingDeaths()) {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .log(
                            now.holdingDeaths()
                                    ? "too many agents fell silent at once: deaths are held back"
                                    : "deaths are no longer held back");
        }
        shown = now;
    }

    @Override
    public void close() {
        ticker.close();
        counts.close();
        metrics.absent(context.taskId().partition());
    }
}
