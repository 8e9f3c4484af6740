package io.ains.heartbeat.domain;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The agents by their ids. What a heartbeat costs in a large fleet is how often it waits for memory, one read after the
 * other. A map of the JDK's has its entry on the way to an agent; here the slot has the agent itself, and its hash lies
 * beside it, so that no other agent is read on the way. Open addressing with linear probes and without tombstones (Knuth, The
 * Art of Computer Programming, volume 3, section 6.4, algorithms L and R), at most half full.
 */
final class AgentIndex {
    private static final int LEAST_SLOTS = 16;

    /** Odd, and of this index alone: whoever chooses ids must not be able to have them all meet in one slot. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    private @Nullable Agent[] agents = new Agent[LEAST_SLOTS];
    private int[] hashes = new int[LEAST_SLOTS];
    private int size;

    @Nullable
    Agent get(String id) {
        int hash = hash(id);
        int slot = home(hash);
        Agent agent = agents[slot];
        while (agent != null && !(hashes[slot] == hash && agent.id().equals(id))) {
            slot = next(slot);
            agent = agents[slot];
        }
        return agent;
    }

    /** Adds an agent whose id is not in it. */
    void add(Agent agent) {
        if (2 * (size + 1) > agents.length) {
            grow();
        }
        place(agent, hash(agent.id()));
        size++;
    }

    private void place(Agent agent, int hash) {
        int slot = home(hash);
        while (agents[slot] != null) {
            slot = next(slot);
        }
        agents[slot] = agent;
        hashes[slot] = hash;
    }

    private void grow() {
        @Nullable Agent[] oldAgents = agents;
        int[] oldHashes = hashes;
        agents = new Agent[2 * oldAgents.length];
        hashes = new int[agents.length];
        for (int i = 0; i < oldAgents.length; i++) {
            Agent agent = oldAgents[i];
            if (agent != null) {
                place(agent, oldHashes[i]);
            }
        }
    }

    /** Takes out one that is in it, and moves into its place whoever had to step aside for it. */
    void remove(Agent agent) {
        int gap = home(hash(agent.id()));
        while (agents[gap] != agent) {
            gap = next(gap);
        }
        int slot = next(gap);
        for (Agent other = agents[slot]; other != null; other = agents[slot]) {
            if (distance(home(hashes[slot]), slot) >= distance(gap, slot)) {
                agents[gap] = other;
                hashes[gap] = hashes[slot];
                gap = slot;
            }
            slot = next(slot);
        }
        agents[gap] = null;
        size--;
    }

    /** How many slots the unluckiest of the agents is from its home. */
    int longestProbe() {
        int longest = 0;
        for (int slot = 0; slot < agents.length; slot++) {
            if (agents[slot] != null) {
                longest = Math.max(longest, distance(home(hashes[slot]), slot));
            }
        }
        return longest;
    }

    /** The upper half of a polynomial in {@link #multiplier}: in the lower one, alike ids stay alike. */
    private int hash(String id) {
        long hash = 0;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash + id.charAt(i)) * multiplier;
        }
        return (int) (hash >>> Integer.SIZE);
    }

    private int home(int hash) {
        return hash & agents.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & agents.length - 1;
    }

    /** How many steps from one slot on to another. */
    private int distance(int from, int to) {
        return to - from & agents.length - 1;
    }
}
