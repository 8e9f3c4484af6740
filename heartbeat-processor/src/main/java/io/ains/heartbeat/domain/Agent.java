package io.ains.heartbeat.domain;

import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One agent in memory: its record, and what is not worth a write at every heartbeat. */
final class Agent {
    private static final long NEVER = -1;

    private final String id;
    private final Availability availability;
    private final Rhythm rhythm = new Rhythm();
    private AgentRecord record;
    /** What each heartbeat is compared with, of the record: there it lies three reads away, one after the other. */
    private String sessionId;

    private AgentStatus status;

    private long lastSeen;
    private long lastHeartbeatAt;
    private long uptimeMs;
    /** Whether {@code lastHeartbeatAt} is of this session, and was not only restored: time since then is no gap. */
    private boolean beaten;

    private @Nullable HeldJson metrics;

    /** Its one valid entry in {@link Deadlines}. */
    Deadlines.@Nullable Entry entry;
    /** Whether it lies in the {@link RefreshRound}. */
    boolean inRound;
    /** Whether {@link SelfPreservation} has counted its present silence. */
    boolean countedAsFallen;

    private boolean gone;
    private boolean untold;
    private long toldAt;

    Agent(AgentRecord record) {
        this.id = record.agentId();
        hold(record.with(Vitals.NONE));
        this.availability = new Availability(record.standing().isUp());
        Vitals vitals = record.vitals();
        lastHeartbeatAt = vitals.lastHeartbeatAt() == null ? NEVER : vitals.lastHeartbeatAt();
        uptimeMs = vitals.uptimeMs() == null ? NEVER : vitals.uptimeMs();
        take(vitals.metrics());
    }

    String id() {
        return id;
    }

    String sessionId() {
        return sessionId;
    }

    AgentStatus status() {
        return status;
    }

    /** What the rules read: without its vitals, which the record itself would only double. */
    AgentRecord record() {
        return record;
    }

    /** What is to be kept. */
    AgentRecord whole() {
        return record.with(vitals());
    }

    Standing standing() {
        return record.standing();
    }

    /** Takes a newer record over. */
    void become(AgentRecord newer, long time) {
        Standing now = newer.standing();
        if (!now.sessionId().equals(sessionId)) {
            uptimeMs = NEVER;
            metrics = null;
            rhythm.forget();
            beaten = false;
        }
        if (now.isUp() != standing().isUp()) {
            availability.turn(now.isUp(), time);
        }
        hold(newer);
    }

    private void hold(AgentRecord newer) {
        record = newer;
        sessionId = newer.standing().sessionId();
        status = newer.standing().status();
    }

    private Vitals vitals() {
        return new Vitals(
                lastHeartbeatAt == NEVER ? null : Long.valueOf(lastHeartbeatAt),
                uptimeMs == NEVER ? null : Long.valueOf(uptimeMs),
                metrics == null ? null : metrics.value());
    }

    void seen(long time) {
        lastSeen = Math.max(lastSeen, time);
        countedAsFallen = false;
    }

    void seen(Heartbeat heartbeat, long time) {
        seen(time);
        if (beaten && time > lastHeartbeatAt) {
            rhythm.beat(time - lastHeartbeatAt);
        }
        beaten = true;
        lastHeartbeatAt = Math.max(lastHeartbeatAt, time);
        if (heartbeat.uptimeMs() != null) {
            uptimeMs = heartbeat.uptimeMs();
        }
        take(heartbeat.metrics());
    }

    private void take(@Nullable JsonNode newer) {
        if (newer == null) {
            return;
        }
        if (metrics == null) {
            metrics = new HeldJson(newer);
        } else {
            metrics.replace(newer);
        }
    }

    /**
     * When its silence next has a consequence.
     *
     * @param graceSince nobody counts as silent from before this time
     * @return milliseconds since the epoch
     */
    long dueAt(FleetSettings settings, long graceSince) {
        long interval = record.profile().heartbeatIntervalMs();
        if (standing().isUp()) {
            return lastSeen >= graceSince
                    ? lastSeen + settings.suspectAfter() * interval
                    : Math.max(lastSeen + settings.suspectAfter() * interval, graceSince + settings.grace() * interval);
        }
        long dead = settings.deadAfter() * interval;
        return standing().isDead()
                ? Math.max(standing().since() + settings.archiveAfterMs(), graceSince + dead)
                : Math.max(lastSeen, graceSince) + dead;
    }

    void leave() {
        gone = true;
        entry = null;
    }

    /** Whether its state is worth telling though nothing made it urgent. */
    boolean wantsRefresh() {
        return !gone && (untold || standing().status() != AgentStatus.INACTIVE);
    }

    void changedUntold() {
        untold = true;
    }

    long toldAt() {
        return toldAt;
    }

    void told(long time) {
        untold = false;
        toldAt = time;
    }

    AgentState state(long time) {
        Profile profile = record.profile();
        Standing standing = standing();
        Trust trust = record.trust();
        Vitals vitals = vitals();
        return new AgentState(
                record.agentId(),
                standing.sessionId(),
                standing.status(),
                standing.reason(),
                standing.since(),
                standing.resting(),
                profile.displayName(),
                profile.description(),
                profile.endpoint(),
                profile.publicKey(),
                profile.tags(),
                profile.delivery(),
                profile.heartbeatIntervalMs(),
                record.capabilities(),
                record.registeredAt(),
                vitals.lastHeartbeatAt(),
                vitals.uptimeMs(),
                rhythm.rate(),
                rhythm.jitterMs(),
                vitals.metrics(),
                trust.score(),
                trust.completed(),
                trust.failed(),
                trust.meanCompletionMs(),
                trust.lastCompletedAt(),
                availability.share(1, time),
                availability.share(5, time),
                availability.share(60, time));
    }
}
