package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentStatus;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agents of one capability, and which of them have a free slot, in the orders that routing asks for. */
final class AgentPool {
    /** The smallest share of slots in use; then who got a task longest ago. */
    private static final Comparator<AgentSlots> BY_LOAD = (a, b) -> {
        long left = (long) a.held.size() * b.capacity.maxConcurrency();
        long right = (long) b.held.size() * a.capacity.maxConcurrency();
        int byLoad = Long.compare(left, right);
        return byLoad != 0 ? byLoad : byTurn(a, b);
    };

    private final int missesBeforeRest;
    private final Map<String, AgentSlots> agents = new HashMap<>();
    private final NavigableSet<AgentSlots> byLoad = new TreeSet<>(BY_LOAD);
    private final NavigableSet<AgentSlots> byTurn = new TreeSet<>(AgentPool::byTurn);
    private final int[] freeByTrust = new int[TrustSteps.COUNT];
    private int highestTrustStep = -1;
    private long assignments;
    private int available;
    private int held;
    private int freeSlots;

    AgentPool(int missesBeforeRest) {
        this.missesBeforeRest = missesBeforeRest;
    }

    private static int byTurn(AgentSlots a, AgentSlots b) {
        int byLast = Long.compare(a.lastAssignment, b.lastAssignment);
        return byLast != 0 ? byLast : a.agentId.compareTo(b.agentId);
    }

    @Nullable
    AgentSlots find(String agentId) {
        return agents.get(agentId);
    }

    AgentSlots put(AgentCapacity capacity) {
        AgentSlots known = agents.get(capacity.agentId());
        if (known == null) {
            AgentSlots added = new AgentSlots(capacity);
            agents.put(capacity.agentId(), added);
            link(added);
            return added;
        }
        change(known, agent -> agent.capacity = capacity);
        return known;
    }

    void remove(AgentSlots agent) {
        unlink(agent);
        agents.remove(agent.agentId);
    }

    /** Changes anything of an agent that the orders look at. */
    void change(AgentSlots agent, Consumer<AgentSlots> change) {
        unlink(agent);
        change.accept(agent);
        link(agent);
    }

    void assigned(AgentSlots agent, Task task) {
        unlink(agent);
        agent.held.add(task);
        agent.lastAssignment = ++assignments;
        link(agent);
    }

    private void unlink(AgentSlots agent) {
        count(agent, -1);
        if (byLoad.remove(agent)) {
            byTurn.remove(agent);
            int step = TrustSteps.of(agent);
            if (--freeByTrust[step] == 0 && step == highestTrustStep) {
                while (highestTrustStep >= 0 && freeByTrust[highestTrustStep] == 0) {
                    highestTrustStep--;
                }
            }
        }
    }

    private void link(AgentSlots agent) {
        count(agent, 1);
        if (agent.hasFreeSlot(missesBeforeRest)) {
            byLoad.add(agent);
            byTurn.add(agent);
            int step = TrustSteps.of(agent);
            freeByTrust[step]++;
            highestTrustStep = Math.max(highestTrustStep, step);
        }
    }

    private void count(AgentSlots agent, int sign) {
        held += sign * agent.held.size();
        if (agent.capacity.status() == AgentStatus.AVAILABLE) {
            available += sign;
            freeSlots += sign * Math.max(0, agent.capacity.maxConcurrency() - agent.held.size());
        }
    }

    /** Whether some agent with a free slot has at least this step of trust. */
    boolean canServe(int trustStep) {
        return highestTrustStep >= trustStep;
    }

    /** Agents with a free slot, the least loaded first. Not to be changed, nor held over a change. */
    NavigableSet<AgentSlots> freeByLoad() {
        return Collections.unmodifiableNavigableSet(byLoad);
    }

    /** Agents with a free slot, the one that got a task longest ago first. Not to be held over a change. */
    NavigableSet<AgentSlots> freeByTurn() {
        return Collections.unmodifiableNavigableSet(byTurn);
    }

    /** Agents that may get tasks when they have a free slot. */
    int available() {
        return available;
    }

    /** Tasks that the agents have. */
    int held() {
        return held;
    }

    /** Slots that available agents have left, also those that rest. */
    int freeSlots() {
        return freeSlots;
    }
}
