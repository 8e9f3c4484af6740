package io.ains.simulation;

import io.ains.heartbeat.domain.AgentRecord;
import io.ains.heartbeat.domain.Fleet;
import io.ains.heartbeat.domain.FleetSettings;
import io.ains.heartbeat.domain.Outbox;
import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentState;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.RegistrationEvent;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A heartbeat-processor with a log before it and a store behind it, like {@link DispatcherNode}. */
final class FleetNode implements Outbox {
    private static final FleetSettings SETTINGS = new FleetSettings(3, 6, 2_500, 100, 0.15, 10, 30_000, 60_000);

    private final Timeline timeline;
    private final BiConsumer<String, @Nullable AgentState> states;
    private final Consumer<AgentEvent> events;
    private final ArrayDeque<Consumer<Fleet>> log = new ArrayDeque<>();
    private final Map<String, AgentRecord> agents = new LinkedHashMap<>();
    private Fleet fleet;
    private boolean up = true;
    private boolean working;

    FleetNode(Timeline timeline, BiConsumer<String, @Nullable AgentState> states, Consumer<AgentEvent> events) {
        this.timeline = timeline;
        this.states = states;
        this.events = events;
        this.fleet = new Fleet(SETTINGS, this);
        tick();
    }

    private void tick() {
        if (up) {
            long at = timeline.now();
            append(core -> core.tick(at));
        }
        timeline.after(1_000, this::tick);
    }

    void send(RegistrationEvent registration) {
        long at = timeline.now();
        append(core -> core.registration(registration, at));
    }

    void send(Heartbeat heartbeat) {
        long at = timeline.now();
        append(core -> core.heartbeat(heartbeat, at));
    }

    void send(AgentOutcome outcome) {
        long at = timeline.now();
        append(core -> core.outcome(outcome, at));
    }

    private void append(Consumer<Fleet> input) {
        log.add(input);
        work();
    }

    /** What an input leads to may come back as another input, which waits its turn. */
    private void work() {
        if (working) {
            return;
        }
        working = true;
        while (up && !log.isEmpty()) {
            log.remove().accept(fleet);
        }
        working = false;
    }

    void crashFor(long millis) {
        if (up) {
            up = false;
            timeline.after(millis, this::restart);
        }
    }

    private void restart() {
        fleet = new Fleet(SETTINGS, this);
        agents.values().forEach(fleet::restore);
        up = true;
        work();
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
    public void state(AgentState state, long time) {
        states.accept(state.agentId(), state);
    }

    @Override
    public void event(AgentEvent event) {
        events.accept(event);
    }
}
