package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.RoutingStrategy;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agents of one capability, and which of them have a free slot: those are offered to the routers. */
final class AgentPool {
    private final int missesBeforeRest;
    private final Map<String, AgentSlots> agents = new HashMap<>();
    /** Only of strategies that were asked for: each has its own order to keep. */
    private final Map<RoutingStrategy, Router> routers = new EnumMap<>(RoutingStrategy.class);

    private final Router usual;
    private long assignments;
    private int available;
    private int held;
    private int freeSlots;

    AgentPool(int missesBeforeRest) {
        this.missesBeforeRest = missesBeforeRest;
        this.usual = router(null);
    }

    /** The router of a strategy; of the usual one, if there is no wish. */
    Router router(@Nullable RoutingStrategy wish) {
        RoutingStrategy strategy = wish == null ? RoutingStrategy.LEAST_LOADED : wish;
        Router known = routers.get(strategy);
        if (known != null) {
            return known;
        }
        Router router = Router.of(strategy);
        agents.values().stream().filter(agent -> agent.offered).forEach(router.free::add);
        routers.put(strategy, router);
        return router;
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
        if (agent.offered) {
            agent.offered = false;
            routers.values().forEach(router -> router.free.remove(agent));
        }
    }

    private void link(AgentSlots agent) {
        count(agent, 1);
        if (agent.hasFreeSlot(missesBeforeRest)) {
            agent.offered = true;
            routers.values().forEach(router -> router.free.add(agent));
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
        return usual.free.highestTrust() >= trustStep;
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
