package io.ains.dispatcher.domain;

import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Agents with a free slot, in one order, with what routing asks of many of them at once kept for each subtree: how
 * much the best of them is trusted, and what all of their trust comes to. A treap (Seidel, Aragon 1996) that takes an
 * agent's priority from its id, so that the same agents always make the same tree. Everything is O(log n).
 */
final class AgentTree {
    /** An agent that nobody trusts still gets a chance to earn some. */
    private static final double LEAST_WEIGHT = 0.01;

    private static final class Node {
        final AgentSlots agent;
        final int trustStep;
        final double weight;

        @Nullable
        Node left;

        @Nullable
        Node right;

        int highestTrust;
        double weights;

        Node(AgentSlots agent) {
            this.agent = agent;
            this.trustStep = TrustSteps.of(agent);
            this.weight = Math.max(LEAST_WEIGHT, agent.capacity.trustScore());
            sumUp();
        }

        Node sumUp() {
            highestTrust = Math.max(trustStep, Math.max(highestTrustOf(left), highestTrustOf(right)));
            weights = weight + weightsOf(left) + weightsOf(right);
            return this;
        }

        boolean isAbove(Node other) {
            return agent.place > other.agent.place;
        }
    }

    private final Comparator<AgentSlots> order;
    private @Nullable Node root;

    /**
     * An empty tree.
     *
     * @param order in which no two agents are equal
     */
    AgentTree(Comparator<AgentSlots> order) {
        this.order = order;
    }

    private static int highestTrustOf(@Nullable Node tree) {
        return tree == null ? -1 : tree.highestTrust;
    }

    private static double weightsOf(@Nullable Node tree) {
        return tree == null ? 0 : tree.weights;
    }

    void add(AgentSlots agent) {
        root = add(root, new Node(agent));
    }

    /** Takes an agent out that is there; nothing that its place or weight depends on may have changed since. */
    void remove(AgentSlots agent) {
        root = remove(root, agent);
    }

    private Node add(@Nullable Node tree, Node added) {
        if (tree == null) {
            return added;
        }
        if (order.compare(added.agent, tree.agent) < 0) {
            Node left = add(tree.left, added);
            tree.left = left;
            if (left.isAbove(tree)) {
                tree.left = left.right;
                left.right = tree.sumUp();
                return left.sumUp();
            }
        } else {
            Node right = add(tree.right, added);
            tree.right = right;
            if (right.isAbove(tree)) {
                tree.right = right.left;
                right.left = tree.sumUp();
                return right.sumUp();
            }
        }
        return tree.sumUp();
    }

    private @Nullable Node remove(@Nullable Node tree, AgentSlots agent) {
        if (tree == null) {
            throw new IllegalStateException("expected agent " + agent.agentId + " among those with a free slot");
        }
        int side = order.compare(agent, tree.agent);
        if (side == 0) {
            return merge(tree.left, tree.right);
        }
        if (side < 0) {
            tree.left = remove(tree.left, agent);
        } else {
            tree.right = remove(tree.right, agent);
        }
        return tree.sumUp();
    }

    private static @Nullable Node merge(@Nullable Node left, @Nullable Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        if (left.isAbove(right)) {
            left.right = merge(left.right, right);
            return left.sumUp();
        }
        right.left = merge(left, right.left);
        return right.sumUp();
    }

    /** The most that any of the agents is trusted, in steps; −1 if there are none. */
    int highestTrust() {
        return highestTrustOf(root);
    }

    /** The first in order that is trusted at least so much. */
    @Nullable
    AgentSlots first(int trustStep) {
        return first(root, trustStep);
    }

    private static @Nullable AgentSlots first(@Nullable Node tree, int trustStep) {
        Node at = tree;
        while (at != null && at.highestTrust >= trustStep) {
            if (highestTrustOf(at.left) >= trustStep) {
                at = at.left;
            } else if (at.trustStep >= trustStep) {
                return at.agent;
            } else {
                at = at.right;
            }
        }
        return null;
    }

    /**
     * The first of those that the order has from some point on, and that is trusted at least so much.
     *
     * @param reached whether the order has come to the point: false for all before it, true for all after
     */
    @Nullable
    AgentSlots firstFrom(Predicate<AgentSlots> reached, int trustStep) {
        return firstFrom(root, reached, trustStep);
    }

    private static @Nullable AgentSlots firstFrom(@Nullable Node tree, Predicate<AgentSlots> reached, int trustStep) {
        if (tree == null || tree.highestTrust < trustStep) {
            return null;
        }
        if (!reached.test(tree.agent)) {
            return firstFrom(tree.right, reached, trustStep);
        }
        AgentSlots before = firstFrom(tree.left, reached, trustStep);
        if (before != null) {
            return before;
        }
        return tree.trustStep >= trustStep ? tree.agent : first(tree.right, trustStep);
    }

    /**
     * One of those that the order has up to some point, with a probability in proportion to trust.
     *
     * @param until whether the order has not yet passed the point: true for all before it, false for all after
     * @param chance from 0 to below 1: what a fair draw gave
     * @return null if there is none
     */
    @Nullable
    AgentSlots drawnFrom(Predicate<AgentSlots> until, double chance) {
        double total = 0;
        for (Node at = root; at != null; ) {
            if (until.test(at.agent)) {
                total += at.weight + weightsOf(at.left);
                at = at.right;
            } else {
                at = at.left;
            }
        }
        double target = chance * total;
        AgentSlots last = null;
        for (Node at = root; at != null; ) {
            if (!until.test(at.agent) || target < weightsOf(at.left)) {
                at = at.left;
            } else {
                last = at.agent;
                target -= weightsOf(at.left) + at.weight;
                if (target < 0) {
                    return last;
                }
                at = at.right;
            }
        }
        return last; // rounding may run past the end by a hair
    }
}
