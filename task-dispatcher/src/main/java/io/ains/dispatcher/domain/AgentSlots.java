package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import java.util.LinkedHashSet;
import java.util.Set;

/** One agent's slots of one capability. Changed only by way of {@link AgentPool}, which keeps it in order. */
final class AgentSlots implements Timers.Timed {
    final String agentId;
    final String capability;
    /** Its own place among all ids, as good as random. */
    final long place;

    final Set<Task> held = new LinkedHashSet<>();
    AgentCapacity capacity;
    int misses;
    double meanDurationMs;
    /** Until when it gets nothing, because it gave a task back; 0 if it did not. */
    long pausedUntil;
    /** When it got its last task, in assignments of the pool: the smaller, the longer ago. */
    long lastAssignment;
    /** Whether its pool offers it for routing. */
    boolean offered;

    private long timerAt = NEVER;

    AgentSlots(AgentCapacity capacity) {
        this.agentId = capacity.agentId();
        this.capability = capacity.capability();
        this.place = Draw.place(agentId, 0);
        this.capacity = capacity;
    }

    AgentRecord toRecord() {
        return new AgentRecord(capacity, misses, meanDurationMs);
    }

    boolean hasFreeSlot(int missesBeforeRest) {
        return capacity.status() == AgentStatus.AVAILABLE
                && pausedUntil == 0
                && misses < missesBeforeRest
                && held.size() < capacity.maxConcurrency();
    }

    boolean acknowledges() {
        return capacity.delivery() == DeliveryMode.KAFKA;
    }

    @Override
    public long timerAt() {
        return timerAt;
    }

    @Override
    public void timerAt(long time) {
        timerAt = time;
    }
}
