package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Ids;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agents of one partition. Each input is decided by the rules from what is known, then applied, then handed to the
 * {@link Outbox}. Times are those of the records, in milliseconds since the epoch; nothing falls due but in
 * {@link #tick}. Not safe for use by several threads.
 */
public final class Fleet {
    /** The most that a heartbeat's metrics may take, in bytes of JSON: they are held for every agent, in memory. */
    public static final int MAX_METRICS_BYTES = 4 * 1024;

    /** Bounds one tick; what is left is due still, so the next tick is asked for at once and goes on there. */
    private static final int MAX_LOOKS_PER_TICK = 10_000;

    private static final int MAX_LOOKS_AHEAD = 1_000;

    private final FleetSettings settings;
    private final Outbox outbox;
    private final AgentIndex agents = new AgentIndex();
    private final Map<AgentStatus, Integer> byStatus = new EnumMap<>(AgentStatus.class);
    private final Deadlines deadlines = new Deadlines();
    private final RefusalLimiter refusals = new RefusalLimiter();
    private final SelfPreservation preservation;
    private final RefreshRound round;

    private boolean ticked;
    private long lastTick;
    /** Nobody counts as silent from before this time: the control plane was not there to hear. */
    private long graceSince;

    private int resting;
    private int flapping;

    public Fleet(FleetSettings settings, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
        this.preservation = new SelfPreservation(settings.mass());
        this.round = new RefreshRound(settings.refreshPerSecond());
    }

    /** Takes an agent back as it was last given to {@link Outbox#keep}; before all else, and without any output. */
    public void restore(AgentRecord record) {
        add(new Agent(record));
    }

    /** What would be restored of an agent, but for what its last heartbeats said. */
    public Optional<AgentRecord> find(String agentId) {
        return Optional.ofNullable(agents.get(agentId)).map(Agent::record);
    }

    public void registration(RegistrationEvent request, long time) {
        String id = request.agentId();
        Agent agent = agents.get(id);
        AgentRecord archived = agent == null && Ids.isValid(id) ? outbox.archived(id) : null;
        Decision decision =
                RegistrationRules.decide(request, agent == null ? archived : agent.record(), damping(), time);
        if (archived != null && decision.effect() != Decision.Effect.NONE) {
            outbox.unarchive(id);
        }
        carryOut(id, decision, time);
    }

    /** When too many are silent at once, that a single one of them comes back says nothing of it. */
    private Damping damping() {
        int living = living();
        boolean manySuspect = living >= settings.mass().fleet()
                && count(AgentStatus.SUSPECT) > living * settings.mass().share();
        boolean doubtful = manySuspect || preservation.isHolding(lastTick);
        return new Damping(settings.flapping(), doubtful);
    }

    /** Moves {@code last_seen}, and unless the heartbeat brings news that is all. */
    public void heartbeat(Heartbeat heartbeat, long time) {
        Agent agent = agents.get(heartbeat.agentId());
        if (agent == null) {
            outbox.count(Counted.HEARTBEAT_OF_UNKNOWN_AGENT);
            refuse(heartbeat, RejectionCode.UNKNOWN_AGENT, "expected a registered agent", time);
            return;
        }
        String session = heartbeat.sessionId();
        if (session != null && !session.equals(agent.sessionId())) {
            outbox.count(Counted.HEARTBEAT_OF_STALE_SESSION);
            refuse(heartbeat, RejectionCode.STALE_SESSION, "expected session " + agent.sessionId(), time);
            return;
        }
        outbox.count(Counted.HEARTBEAT_TAKEN);
        agent.seen(heartbeat, time);
        if (StatusRules.isNews(agent, heartbeat.status(), time)) {
            Decision decision = StatusRules.heartbeat(agent.record(), heartbeat.status(), damping(), time);
            carryOut(heartbeat.agentId(), decision, time);
        }
    }

    private void refuse(Heartbeat heartbeat, RejectionCode code, String expected, long time) {
        String id = heartbeat.agentId();
        String session = heartbeat.sessionId();
        if (Ids.isValid(id) && refusals.allows(id, lastTick)) {
            String got = code == RejectionCode.UNKNOWN_AGENT ? id : Checks.quoted(session);
            outbox.event(new AgentEvent.RequestRejected(
                    id,
                    time,
                    null,
                    session != null && Ids.isValid(session) ? session : null,
                    "Heartbeat",
                    code,
                    expected + ", but got " + got));
        }
    }

    public void outcome(AgentOutcome outcome, long time) {
        Agent agent = agents.get(outcome.agentId());
        if (agent != null) {
            carryOut(outcome.agentId(), WorkRules.decide(agent.record(), outcome, time), time);
        }
    }

    /** Lets time go on: silence takes its consequences, and states are refreshed. The only place where a timer fires. */
    public void tick(long time) {
        long now = Math.max(time, lastTick);
        if (!ticked || now - lastTick >= settings.gapMs()) {
            graceSince = now;
            if (ticked) {
                outbox.count(Counted.GRACE);
            }
        }
        ticked = true;
        lastTick = now;
        for (int looks = 0; looks < MAX_LOOKS_PER_TICK; looks++) {
            Agent agent = deadlines.poll(now);
            if (agent == null) {
                break;
            }
            long due = dueAt(agent);
            if (due > now) {
                deadlines.put(agent, due);
            } else {
                fallSilent(agent, now);
            }
        }
        round.run(now, agent -> tell(agent, now));
    }

    private void fallSilent(Agent agent, long now) {
        if (agent.standing().isDead()) {
            archive(agent, now);
            return;
        }
        if (agent.standing().status() == AgentStatus.SUSPECT) {
            boolean firstAsked = !agent.countedAsFallen;
            agent.countedAsFallen = true;
            if (!preservation.allowsDeath(now, living(), firstAsked)) {
                deadlines.put(agent, preservation.askAgainAt());
                return;
            }
        }
        Decision decision = StatusRules.silence(agent.record(), now);
        carryOut(agent.id(), decision, now);
    }

    private void archive(Agent agent, long now) {
        leave(agent);
        AgentRecord record = agent.whole();
        outbox.archive(record, now);
        outbox.event(new AgentEvent.Archived(
                record.agentId(),
                now,
                null,
                record.standing().sessionId(),
                record.standing().since()));
    }

    /**
     * When the next tick can have a consequence, if nobody is heard of until then.
     *
     * @return milliseconds since the epoch; {@link Long#MAX_VALUE} if no tick but the regular one is called for
     */
    public long nextDeadline() {
        return deadlines.next(this::dueAt, MAX_LOOKS_AHEAD);
    }

    public FleetCounts counts() {
        return new FleetCounts(
                count(AgentStatus.AVAILABLE),
                count(AgentStatus.BUSY),
                count(AgentStatus.SUSPECT),
                count(AgentStatus.INACTIVE),
                resting,
                flapping,
                preservation.isHolding(lastTick));
    }

    private void carryOut(String agentId, Decision decision, long time) {
        Agent agent = apply(agentId, decision, time);
        switch (decision.effect()) {
            case NONE -> {}
            case FORGET -> outbox.forget(agentId, time);
            case KEEP, TELL, ENROL -> {
                outbox.keep(Objects.requireNonNull(agent).whole());
                if (decision.effect() != Decision.Effect.KEEP) {
                    tell(agent, time);
                }
            }
        }
        decision.events().forEach(outbox::event);
    }

    /** Changes the state as decided. Cannot fail. */
    private @Nullable Agent apply(String agentId, Decision decision, long time) {
        Agent agent = agents.get(agentId);
        switch (decision.effect()) {
            case NONE -> {}
            case FORGET -> {
                if (agent != null) {
                    leave(agent);
                }
            }
            case KEEP, TELL, ENROL -> {
                AgentRecord record = Objects.requireNonNull(decision.record());
                if (agent == null) {
                    agent = new Agent(record);
                    add(agent);
                } else {
                    count(agent, -1);
                    agent.become(record, time);
                    count(agent, 1);
                }
                if (decision.effect() == Decision.Effect.ENROL) {
                    // Its topic may lag behind the heartbeats', and nobody was silent before he was known.
                    agent.seen(Math.max(time, lastTick));
                }
                if (decision.effect() == Decision.Effect.KEEP) {
                    agent.changedUntold();
                }
                round.join(agent);
                deadlines.put(agent, dueAt(agent));
            }
        }
        return agent;
    }

    private void leave(Agent agent) {
        agents.remove(agent);
        count(agent, -1);
        agent.leave();
    }

    private void add(Agent agent) {
        agents.add(agent);
        count(agent, 1);
        if (agent.wantsRefresh()) {
            round.join(agent);
        }
        // The living at the first tick at the latest: only then is it known what time it is.
        deadlines.put(agent, agent.standing().isDead() ? dueAt(agent) : 0);
    }

    private void tell(Agent agent, long time) {
        agent.told(time);
        outbox.state(agent.state(time), time);
    }

    private long dueAt(Agent agent) {
        return agent.dueAt(settings, graceSince);
    }

    private int living() {
        return count(AgentStatus.AVAILABLE) + count(AgentStatus.BUSY) + count(AgentStatus.SUSPECT);
    }

    private int count(AgentStatus status) {
        return byStatus.getOrDefault(status, 0);
    }

    private void count(Agent agent, int step) {
        byStatus.merge(agent.standing().status(), step, Integer::sum);
        if (agent.standing().isUp() && !agent.standing().resting().isEmpty()) {
            resting += step;
        }
        if (agent.standing().reason() == StatusReason.FLAPPING) {
            flapping += step;
        }
    }
}
