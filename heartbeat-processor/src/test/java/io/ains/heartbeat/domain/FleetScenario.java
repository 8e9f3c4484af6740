package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentOutcome.AttemptEnded;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.StatusReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fleet, its store and its topics in memory, and a clock that only the test moves. */
final class FleetScenario implements Outbox {
    static final long START = 1_700_000_000_000L;
    static final FleetSettings SETTINGS = FleetSettings.defaults();

    final Map<String, AgentRecord> store = new TreeMap<>();
    final Map<String, AgentRecord> archive = new TreeMap<>();
    final Map<String, AgentState> states = new TreeMap<>();
    final List<AgentEvent> events = new ArrayList<>();
    final Map<Counted, Long> counted = new EnumMap<>(Counted.class);
    int statesTold;

    private final FleetSettings settings;
    private Fleet fleet;
    private long now = START;

    FleetScenario() {
        this(SETTINGS);
    }

    FleetScenario(FleetSettings settings) {
        this.settings = settings;
        this.fleet = new Fleet(settings, this);
        tick();
    }

    long now() {
        return now;
    }

    Fleet fleet() {
        return fleet;
    }

    long counted(Counted what) {
        return counted.getOrDefault(what, 0L);
    }

    @Override
    public void count(Counted what) {
        counted.merge(what, 1L, Long::sum);
    }

    /** The process dies, and another one takes over from what was kept. */
    void crash() {
        fleet = new Fleet(settings, this);
        store.values().stream()
                .map(kept -> Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(kept), AgentRecord.class))
                .forEach(fleet::restore);
    }

    void tick() {
        fleet.tick(now);
    }

    /** Time passes without a tick: the control plane is away. */
    void away(long millis) {
        now += millis;
    }

    /** Time passes, with a tick at every second, and one at the end. */
    void pass(long millis) {
        long end = now + millis;
        while (now < end) {
            now = Math.min(end, now + 1_000);
            tick();
        }
    }

    /** Time passes, and the agents live. */
    void passBeating(long millis, String... agents) {
        long end = now + millis;
        while (now < end) {
            now = Math.min(end, now + 1_000);
            for (String agent : agents) {
                beat(agent);
            }
            tick();
        }
    }

    void send(RegistrationEvent request) {
        fleet.registration(request, now);
    }

    void register(String agent, String session) {
        send(registration(agent, session));
    }

    void register(String agent, String session, int intervalMs) {
        send(registration(agent, session, intervalMs, null, null, null));
    }

    static AgentRegistration registration(String agent, String session) {
        return registration(agent, session, 5_000, null, null, null);
    }

    static AgentRegistration registration(
            String agent,
            String session,
            int intervalMs,
            @Nullable String publicKey,
            @Nullable List<Capability> capabilities,
            @Nullable String requestId) {
        return new AgentRegistration(
                agent,
                session,
                requestId,
                null,
                null,
                null,
                publicKey,
                null,
                List.of(),
                DeliveryMode.KAFKA,
                intervalMs,
                capabilities);
    }

    void beat(String agent) {
        beat(agent, null, HealthStatus.ACTIVE);
    }

    void beat(String agent, @Nullable String session, HealthStatus health) {
        fleet.heartbeat(new Heartbeat(agent, session, health, null, null), now);
    }

    void completed(String agent, long durationMs) {
        fleet.outcome(new AttemptEnded(agent, "task", 1, true, durationMs, null, now), now);
    }

    void failed(String agent) {
        fleet.outcome(new AttemptEnded(agent, "task", 1, false, null, "broke", now), now);
    }

    void rested(String agent, String session, String capability) {
        fleet.outcome(new AgentOutcome.Rested(agent, session, capability, "left 3 lying", now), now);
    }

    void resumed(String agent, String session, String capability) {
        fleet.outcome(new AgentOutcome.Resumed(agent, session, capability, now), now);
    }

    AgentRecord kept(String agent) {
        return Objects.requireNonNull(store.get(agent), agent);
    }

    AgentState state(String agent) {
        return Objects.requireNonNull(states.get(agent), agent);
    }

    AgentStatus status(String agent) {
        return state(agent).status();
    }

    StatusReason reason(String agent) {
        return state(agent).statusReason();
    }

    <E extends AgentEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    AgentEvent lastEvent() {
        return events.get(events.size() - 1);
    }

    @Override
    public void keep(AgentRecord record) {
        store.put(record.agentId(), record);
    }

    @Override
    public void forget(String agentId, long time) {
        store.remove(agentId);
        states.remove(agentId);
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
    public void state(AgentState state, long time) {
        states.put(state.agentId(), state);
        statesTold++;
    }

    @Override
    public void event(AgentEvent event) {
        events.add(event);
    }
}
