package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.StatusReason;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AgentTreeTest {
    private static final Comparator<AgentSlots> BY_PLACE = Comparator.comparingLong(agent -> agent.place);
    private static final Comparator<AgentSlots> BY_TRUST =
            Comparator.comparingInt((AgentSlots agent) -> -TrustSteps.of(agent)).thenComparing(agent -> agent.agentId);

    private static AgentSlots agent(String id, double trust) {
        return new AgentSlots(new AgentCapacity(
                id, "s1", "work", DeliveryMode.KAFKA, AgentStatus.AVAILABLE, StatusReason.REGISTERED, 1, trust));
    }

    @Test
    void shouldFindWhatASortedListFinds() {
        Random random = new Random(7);
        AgentTree tree = new AgentTree(BY_PLACE);
        TreeSet<AgentSlots> model = new TreeSet<>(BY_PLACE);

        for (int i = 0; i < 5_000; i++) {
            if (model.isEmpty() || random.nextInt(5) > 1) {
                AgentSlots added = agent("agent-" + i, random.nextInt(101) / 100.0);
                tree.add(added);
                model.add(added);
            } else {
                AgentSlots removed = List.copyOf(model).get(random.nextInt(model.size()));
                tree.remove(removed);
                model.remove(removed);
            }
            int trust = random.nextInt(102);
            long point = random.nextLong();

            assertThat(tree.highestTrust())
                    .isEqualTo(model.stream().mapToInt(TrustSteps::of).max().orElse(-1));
            assertThat(tree.first(trust))
                    .isEqualTo(model.stream()
                            .filter(agent -> TrustSteps.of(agent) >= trust)
                            .findFirst()
                            .orElse(null));
            assertThat(tree.firstFrom(agent -> agent.place >= point, trust))
                    .isEqualTo(model.stream()
                            .filter(agent -> agent.place >= point && TrustSteps.of(agent) >= trust)
                            .findFirst()
                            .orElse(null));
        }
    }

    @Test
    void shouldDrawInProportionToTrustFromThoseUpToThePoint() {
        AgentTree tree = new AgentTree(BY_TRUST);
        for (int i = 0; i < 100; i++) {
            tree.add(agent("agent-" + i, i / 100.0));
        }
        AgentSlots gone = agent("gone", 0.99);
        tree.add(gone);
        tree.remove(gone);
        Map<String, Integer> counts = new HashMap<>();

        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            AgentSlots drawn = tree.drawnFrom(agent -> TrustSteps.of(agent) >= 50, (i + 0.5) / draws);
            counts.merge(drawn == null ? "nobody" : drawn.agentId, 1, Integer::sum);
        }

        double sum = 0;
        for (int i = 50; i < 100; i++) {
            sum += i / 100.0;
        }
        assertThat(counts).hasSize(50);
        for (int i = 50; i < 100; i++) {
            double share = i / 100.0 / sum;
            assertThat(counts.get("agent-" + i))
                    .as("agent-%d", i)
                    .isBetween((int) (draws * share) - 1, (int) (draws * share) + 2);
        }
    }

    @Test
    void shouldDrawNobodyWhereNobodyIs() {
        AgentTree tree = new AgentTree(BY_TRUST);

        assertThat(tree.drawnFrom(agent -> true, 0.5)).isNull();

        tree.add(agent("agent", 0.3));
        assertThat(tree.drawnFrom(agent -> TrustSteps.of(agent) >= 31, 0.5)).isNull();
    }
}
