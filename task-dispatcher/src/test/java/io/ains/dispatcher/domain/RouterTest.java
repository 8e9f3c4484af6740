package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static Scenario three() {
        return Scenario.withDefaults()
                .trusted("a", 10, 0.9)
                .trusted("b", 10, 0.5)
                .trusted("c", 5, 0.1);
    }

    private static UnaryOperator<TaskSpec.Builder> by(RoutingStrategy strategy) {
        return task -> task.routingStrategy(strategy);
    }

    private static List<String> agents(Scenario scenario) {
        return scenario.order().stream()
                .map(id -> scenario.assignmentOf(id).agentId())
                .toList();
    }

    @Test
    void shouldFillAgentsInProportionToTheirSlotsByDefault() {
        Scenario scenario = three();

        for (int i = 0; i < 20; i++) {
            scenario.submit("t" + i);
        }

        Map<String, Integer> counts = new HashMap<>();
        agents(scenario).forEach(agent -> counts.merge(agent, 1, Integer::sum));
        assertThat(counts).containsExactlyInAnyOrderEntriesOf(Map.of("a", 8, "b", 8, "c", 4));
    }

    @Test
    void shouldTakeTurns() {
        Scenario scenario = three();

        for (int i = 0; i < 6; i++) {
            scenario.submit("t" + i, by(RoutingStrategy.ROUND_ROBIN));
        }

        assertThat(agents(scenario)).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void shouldDrawInProportionToTrustAndAlwaysTheSame() {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            String id = "task-" + i;
            Scenario scenario = three().submit(id, by(RoutingStrategy.TRUST_WEIGHTED));
            counts.merge(scenario.assignmentOf(id).agentId(), 1, Integer::sum);
        }

        assertThat(counts.get("a")).isBetween(1_700, 1_900); // 0.9 of 1.5 is 1,800
        assertThat(counts.get("b")).isBetween(900, 1_100);
        assertThat(counts.get("c")).isBetween(140, 260);
        assertThat(agents(three().submit("x", by(RoutingStrategy.TRUST_WEIGHTED))))
                .isEqualTo(agents(three().submit("x", by(RoutingStrategy.TRUST_WEIGHTED))));
    }

    @Test
    void shouldPreferWhoIsFastest() {
        Scenario scenario = Scenario.withDefaults().agent("slow", 1).agent("swift", 1);
        scenario.submit("t0", by(RoutingStrategy.ROUND_ROBIN)).submit("t1", by(RoutingStrategy.ROUND_ROBIN));
        scenario.started("t0").started("t1");
        scenario.moment();
        String swift = scenario.assignmentOf("t1").agentId();
        scenario.completed("t1");
        scenario.pass(java.time.Duration.ofSeconds(3)).completed("t0");

        scenario.submit("t2", by(RoutingStrategy.FASTEST));

        assertThat(scenario.assignmentOf("t2").agentId()).isEqualTo(swift);
    }

    @Test
    void shouldStickToTheSameAgentWhileItCanTakeTheTask() {
        Scenario scenario = three();
        Set<String> chosen = new HashSet<>();

        for (int i = 0; i < 5; i++) {
            String id = "t" + i;
            scenario.submit(
                    id, task -> task.routingStrategy(RoutingStrategy.STICKY).stickyKey("session-7"));
            chosen.add(scenario.assignmentOf(id).agentId());
            scenario.completed(id);
        }

        assertThat(chosen).hasSize(1);
        scenario.lost(chosen.iterator().next())
                .submit(
                        "after",
                        task -> task.routingStrategy(RoutingStrategy.STICKY).stickyKey("session-7"));
        assertThat(scenario.assignmentOf("after").agentId()).isNotIn(chosen);
    }

    @Test
    void shouldRespectTheLeastTrustWhateverTheStrategy() {
        for (RoutingStrategy strategy : RoutingStrategy.values()) {
            Scenario scenario = three();
            for (int i = 0; i < 10; i++) {
                scenario.submit(
                        "t" + i,
                        task -> task.routingStrategy(strategy).stickyKey("k").minTrust(0.9));
            }
            assertThat(agents(scenario)).as("%s", strategy).hasSize(10).containsOnly("a");
        }
    }
}
