package io.ains.dispatcher.domain;

import io.ains.protocol.RoutingStrategy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One capability: what waits, who can take it, and who gets what next. */
final class CapabilityState {
    record Match(Task task, AgentSlots agent) {}

    final String name;
    final WaitingQueue queue;
    final AgentPool pool;

    /** Whether its topic is known to be there; nothing is given out before. */
    boolean open;

    private final Map<RoutingStrategy, Router> routers;

    CapabilityState(String name, DispatcherSettings settings, Map<RoutingStrategy, Router> routers) {
        this.name = name;
        this.queue = new WaitingQueue(settings.agingMillis(name), settings);
        this.pool = new AgentPool(settings.missesBeforeRest());
        this.routers = routers;
    }

    /** Who is to get what now; null if nothing waits that somebody could take. */
    @Nullable
    Match next() {
        if (!open) {
            return null;
        }
        Task task = queue.head(pool::canServe);
        if (task == null) {
            return null;
        }
        RoutingStrategy strategy = task.routingStrategy == null ? RoutingStrategy.LEAST_LOADED : task.routingStrategy;
        Router router = routers.get(strategy);
        AgentSlots agent = router == null ? null : router.pick(task, pool);
        return agent == null ? null : new Match(task, agent);
    }
}
