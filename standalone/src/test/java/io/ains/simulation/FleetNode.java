package io.ains.simulation;

import io.ains.heartbeat.domain.AgentRecord;
import io.ains.heartbeat.domain.Counted;
import io.ains.heartbeat.domain.Fleet;
import io.ains.heartbeat.domain.FleetSettings;
import io.ains.heartbeat.domain.Outbox;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentState;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.RegistrationEvent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The heartbeat-processor's core and its store. */
final class FleetNode implements Outbox {
    private static final FleetSettings SETTINGS = FleetSettings.defaults();

    private final Timeline timeline;
    private final BiConsumer<String, @Nullable AgentState> states;
    private final Consumer<AgentEvent> events;
    private final Map<String, AgentRecord> agents = new LinkedHashMap<>();
    private final Map<String, AgentRecord> archive = new HashMap<>();
    private final Node<Fleet> node;

    FleetNode(Timeline timeline, BiConsumer<String, @Nullable AgentState> states, Consumer<AgentEvent> events) {
        this.timeline = timeline;
        this.states = states;
        this.events = events;
        this.node = new Node<>(timeline, this::restored, Fleet::tick);
    }

    private Fleet restored() {
        Fleet fleet = new Fleet(SETTINGS, this);
        agents.values().forEach(fleet::restore);
        return fleet;
    }

    Node<Fleet> node() {
        return node;
    }

    void send(RegistrationEvent registration) {
        long at = timeline.now();
        node.append(core -> core.registration(registration, at));
    }

    void send(Heartbeat heartbeat) {
        long at = timeline.now();
        node.append(core -> core.heartbeat(heartbeat, at));
    }

    void send(AgentOutcome outcome) {
        long at = timeline.now();
        node.append(core -> core.outcome(outcome, at));
    }

    @Override
    public void keep(AgentRecord record) {
        agents.put(record.agentId(), record);
    }

    @Override
    public void forget(String agentId, long time) {
        agents.remove(agentId);
        states.accept(agentId, null);
    }

    @Override
    public void archive(AgentRecord record, long time) {
        archive.put(record.agentId(), record);
        forget(record.agentId(), time);
    }

    @Override
    public @Nullable AgentRecord archived(String agentId) {
        return archive.get(agentId);
    }

    @Override
    public void unarchive(String agentId) {
        archive.remove(agentId);
    }

    @Override
    public void count(Counted what) {
        // Its counters are their store's matter.
    }

    @Override
    public void state(AgentState state, long time) {
        states.accept(state.agentId(), state);
    }

    @Override
    public void event(AgentEvent event) {
        events.accept(event);
    }
}
