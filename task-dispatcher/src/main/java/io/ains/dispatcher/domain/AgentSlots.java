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
    /** Until when it gets nothing, because it gave a task back or left too many unacknowledged; 0 if it may. */
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

    /** One that has rested gets a single task, to find out whether it hears now. */
    boolean hasFreeSlot(int missesBeforeRest) {
        int slots = misses < missesBeforeRest ? capacity.maxConcurrency() : Math.min(1, capacity.maxConcurrency());
        return capacity.status() == AgentStatus.AVAILABLE && pausedUntil == 0 && held.size() < slots;
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
