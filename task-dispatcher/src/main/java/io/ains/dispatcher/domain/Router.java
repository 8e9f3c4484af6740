package io.ains.dispatcher.domain;

import io.ains.protocol.RoutingStrategy;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One way to pick an agent for a task among those of a capability that have a free slot. The same agents and the same
 * task always give the same agent. A new strategy is one class here, and its name in {@link RoutingStrategy}.
 */
abstract class Router {
    /** The agents with a free slot, in the order that the strategy looks for. */
    final AgentTree free;

    private Router(Comparator<AgentSlots> order) {
        this.free = new AgentTree(order.thenComparing(agent -> agent.agentId));
    }

    /**
     * Picks.
     *
     * @param task what is to be done
     * @return an agent with a free slot and at least the task's {@code min_trust}; null if there is none
     */
    abstract @Nullable AgentSlots pick(Task task);

    /** Why this agent was picked, in words. */
    abstract String reason(AgentSlots picked);

    /** The router of a strategy, which knows no agents yet. */
    static Router of(RoutingStrategy strategy) {
        return switch (strategy) {
            case LEAST_LOADED -> new LeastLoaded();
            case ROUND_ROBIN -> new RoundRobin();
            case TRUST_WEIGHTED -> new TrustWeighted();
            case FASTEST -> new Fastest();
            case STICKY -> new Sticky();
        };
    }

    /** The agent with the smallest share of its slots in use; of equals, the one that got a task longest ago. */
    static final class LeastLoaded extends Router {
        private static final Comparator<AgentSlots> BY_LOAD = (a, b) -> {
            long left = (long) a.held.size() * b.capacity.maxConcurrency();
            long right = (long) b.held.size() * a.capacity.maxConcurrency();
            int byLoad = Long.compare(left, right);
            return byLoad != 0 ? byLoad : Long.compare(a.lastAssignment, b.lastAssignment);
        };

        LeastLoaded() {
            super(BY_LOAD);
        }

        @Override
        @Nullable
        AgentSlots pick(Task task) {
            return free.first(TrustSteps.of(task));
        }

        @Override
        String reason(AgentSlots picked) {
            return "the smallest share of its slots is in use: " + picked.held.size() + " of "
                    + picked.capacity.maxConcurrency();
        }
    }

    /** The agent that got a task longest ago. */
    static final class RoundRobin extends Router {
        RoundRobin() {
            super(Comparator.comparingLong(agent -> agent.lastAssignment));
        }

        @Override
        @Nullable
        AgentSlots pick(Task task) {
            return free.first(TrustSteps.of(task));
        }

        @Override
        String reason(AgentSlots picked) {
            return "it got a task longest ago";
        }
    }

    /** Drawn with probabilities in proportion to trust, from the task's id and attempt. */
    static final class TrustWeighted extends Router {
        TrustWeighted() {
            super(Comparator.comparingInt((AgentSlots agent) -> -TrustSteps.of(agent)));
        }

        @Override
        @Nullable
        AgentSlots pick(Task task) {
            int demanded = TrustSteps.of(task);
            return free.drawnFrom(agent -> TrustSteps.of(agent) >= demanded, Draw.unit(task.id, task.attempt + 1));
        }

        @Override
        String reason(AgentSlots picked) {
            return String.format(
                    Locale.ROOT, "drawn in proportion to trust, of which it has %.2f", picked.capacity.trustScore());
        }
    }

    /** The agent with the shortest mean time from start to completion; who has none yet is tried first. */
    static final class Fastest extends Router {
        Fastest() {
            super(Comparator.comparingDouble((AgentSlots agent) -> agent.meanDurationMs)
                    .thenComparing(LeastLoaded.BY_LOAD));
        }

        @Override
        @Nullable
        AgentSlots pick(Task task) {
            return free.first(TrustSteps.of(task));
        }

        @Override
        String reason(AgentSlots picked) {
            return picked.meanDurationMs == 0
                    ? "it has completed nothing yet, and is tried"
                    : "it completes fastest: in " + Math.round(picked.meanDurationMs) + " ms on average";
        }
    }

    /**
     * The agent that is next to the key on a ring, by multi-probe consistent hashing (Appleton, O'Reilly 2015): keys
     * are spread evenly, and an agent's coming or going moves only its own.
     */
    static final class Sticky extends Router {
        /** The paper's: the busiest agent gets about a twentieth more than its share. */
        private static final int PROBES = 21;

        Sticky() {
            super(Comparator.comparingLong(agent -> agent.place));
        }

        @Override
        @Nullable
        AgentSlots pick(Task task) {
            int demanded = TrustSteps.of(task);
            String key = task.stickyKey == null ? task.id : task.stickyKey;
            AgentSlots nearest = null;
            long shortest = 0;
            for (int probe = 0; probe < PROBES; probe++) {
                long point = Draw.place(key, probe);
                AgentSlots next = free.firstFrom(agent -> agent.place >= point, demanded);
                if (next == null) {
                    next = free.first(demanded);
                }
                if (next == null) {
                    return null;
                }
                long distance = next.place - point; // the ring's end is its beginning, as that of long is
                if (nearest == null || Long.compareUnsigned(distance, shortest) < 0) {
                    nearest = next;
                    shortest = distance;
                }
            }
            return nearest;
        }

        @Override
        String reason(AgentSlots picked) {
            return "it is next to the key among those with a free slot";
        }
    }
}
