package io.ains.dispatcher.domain;

import io.ains.protocol.RoutingStrategy;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One way to pick an agent for a task among those with a free slot. The same inputs always give the same agent. */
interface Router {
    /**
     * Picks.
     *
     * @param task what is to be done
     * @param pool of the task's capability
     * @return an agent with a free slot and at least the task's {@code min_trust}; null if there is none
     */
    @Nullable
    AgentSlots pick(Task task, AgentPool pool);

    /** Every strategy's router. */
    static Map<RoutingStrategy, Router> all() {
        Map<RoutingStrategy, Router> routers = new EnumMap<>(RoutingStrategy.class);
        for (RoutingStrategy strategy : RoutingStrategy.values()) {
            routers.put(
                    strategy,
                    switch (strategy) {
                        case LEAST_LOADED -> new LeastLoaded();
                        case ROUND_ROBIN -> new RoundRobin();
                        case TRUST_WEIGHTED -> new TrustWeighted();
                        case FASTEST -> new Fastest();
                        case STICKY -> new Sticky();
                    });
        }
        return routers;
    }

    private static boolean trusts(Task task, AgentSlots agent) {
        return TrustSteps.of(agent) >= TrustSteps.of(task);
    }

    private static @Nullable AgentSlots first(Task task, Iterable<AgentSlots> inOrder) {
        for (AgentSlots agent : inOrder) {
            if (trusts(task, agent)) {
                return agent;
            }
        }
        return null;
    }

    /** The agent with the smallest share of its slots in use. */
    final class LeastLoaded implements Router {
        @Override
        public @Nullable AgentSlots pick(Task task, AgentPool pool) {
            return first(task, pool.freeByLoad());
        }
    }

    /** The agent that got a task longest ago. */
    final class RoundRobin implements Router {
        @Override
        public @Nullable AgentSlots pick(Task task, AgentPool pool) {
            return first(task, pool.freeByTurn());
        }
    }

    /** Drawn with probabilities in proportion to trust, from the task's id and attempt. */
    final class TrustWeighted implements Router {
        /** An agent that nobody trusts still gets a chance to earn some. */
        private static final double LEAST_WEIGHT = 0.01;

        @Override
        public @Nullable AgentSlots pick(Task task, AgentPool pool) {
            // One pass: each agent draws u^(1/weight), and the highest wins (Efraimidis, Spirakis 2006).
            AgentSlots best = null;
            double bestDraw = -1;
            for (AgentSlots agent : pool.freeByTurn()) {
                double trust = agent.capacity.trustScore();
                if (!trusts(task, agent)) {
                    continue;
                }
                double u = Draw.unit(task.id, task.attempt + 1, agent.agentId);
                double draw = Math.pow(u, 1 / Math.max(LEAST_WEIGHT, trust));
                if (draw > bestDraw) {
                    best = agent;
                    bestDraw = draw;
                }
            }
            return best;
        }
    }

    /** The agent with the shortest mean time from start to completion; who has none yet is tried first. */
    final class Fastest implements Router {
        private static final Comparator<AgentSlots> BY_DURATION =
                Comparator.comparingDouble(agent -> agent.meanDurationMs);

        @Override
        public @Nullable AgentSlots pick(Task task, AgentPool pool) {
            AgentSlots best = null;
            for (AgentSlots agent : pool.freeByLoad()) {
                if (trusts(task, agent) && (best == null || BY_DURATION.compare(agent, best) < 0)) {
                    best = agent;
                }
            }
            return best;
        }
    }

    /** The agent that comes highest for the key (rendezvous hashing): others' coming and going moves few keys. */
    final class Sticky implements Router {
        @Override
        public @Nullable AgentSlots pick(Task task, AgentPool pool) {
            String key = task.stickyKey == null ? task.id : task.stickyKey;
            AgentSlots best = null;
            double bestDraw = -1;
            for (AgentSlots agent : pool.freeByTurn()) {
                double draw = Draw.unit(key, 0, agent.agentId);
                if (trusts(task, agent) && draw > bestDraw) {
                    best = agent;
                    bestDraw = draw;
                }
            }
            return best;
        }
    }
}
