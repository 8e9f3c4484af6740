package io.ains.dispatcher.domain;

import org.jspecify.annotations.Nullable;

/** One capability: what waits, who can take it, and who gets what next. */
final class CapabilityState {
    record Match(Task task, AgentSlots agent) {}

    final String name;
    final WaitingQueue queue;
    final AgentPool pool;

    /** Whether its topic is known to be there; nothing is given out before. */
    boolean open;

    CapabilityState(String name, DispatcherSettings settings) {
        this.name = name;
        this.queue = new WaitingQueue(settings.agingMillis(name), settings);
        this.pool = new AgentPool(settings.missesBeforeRest());
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
        AgentSlots agent = pool.router(task.routingStrategy).pick(task);
        return agent == null ? null : new Match(task, agent);
    }
}
