package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.RejectionCode;
import io.ains.protocol.RoutingStrategy;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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

    @Test
    void shouldMoveOnlyTheKeysOfTheAgentThatIsGoneAndSpreadThemAll() {
        Scenario scenario = Scenario.withDefaults();
        for (int i = 0; i < 20; i++) {
            scenario.agent("agent-" + i, 1_000);
        }
        Map<String, String> before = places(scenario);

        scenario.lost("agent-7");

        Map<String, String> after = places(scenario);
        before.forEach((key, agent) -> {
            if (!agent.equals("agent-7")) {
                assertThat(after).containsEntry(key, agent);
            }
        });
        assertThat(after).doesNotContainValue("agent-7");
        Map<String, Long> shares =
                before.values().stream().collect(Collectors.groupingBy(agent -> agent, Collectors.counting()));
        assertThat(shares)
                .hasSize(20)
                .allSatisfy((agent, keys) -> assertThat(keys).isBetween(20L, 90L));
    }

    /** Where a thousand keys would go. */
    private static Map<String, String> places(Scenario scenario) {
        Map<String, String> places = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            String key = "key-" + i;
            places.put(key, tested(scenario, "t", RoutingStrategy.STICKY, key).agentId());
        }
        return places;
    }

    private static TaskEvent.RoutingTested tested(
            Scenario scenario, String id, RoutingStrategy strategy, String stickyKey) {
        scenario.command(new TaskCommand.TestRouting(id, Scenario.CAPABILITY, "test-" + id, strategy, stickyKey, 0.4));
        return scenario.the(TaskEvent.RoutingTested.class, id);
    }

    @Test
    void shouldTellWhoWouldGetATaskAndChangeNothing() {
        for (RoutingStrategy strategy : RoutingStrategy.values()) {
            Scenario scenario = three().submit("before");

            TaskEvent.RoutingTested told = tested(scenario, "t", strategy, "key");

            assertThat(scenario.remembers("t")).isFalse();
            scenario.submit(
                    "t", task -> task.routingStrategy(strategy).stickyKey("key").minTrust(0.4));
            assertThat(told.agentId())
                    .as("%s", strategy)
                    .isEqualTo(scenario.assignmentOf("t").agentId());
            assertThat(told.reason()).isNotBlank();
            assertThat(told.requestId()).isEqualTo("test-t");
        }
    }

    @Test
    void shouldTellWhyNobodyWouldGetATask() {
        Scenario scenario = Scenario.withDefaults().trusted("a", 1, 0.3);

        assertThat(tested(scenario, "t1", RoutingStrategy.FASTEST, "key"))
                .satisfies(told -> assertThat(told.agentId()).isNull())
                .satisfies(told -> assertThat(told.reason()).contains("is trusted as much as 0.4"));

        scenario.submit("t2");
        assertThat(tested(scenario, "t3", RoutingStrategy.FASTEST, "key").reason())
                .isEqualTo("of 1 available agents none has a free slot");
    }

    @Test
    void shouldRefuseToTestWhatNoTaskMayAskFor() {
        Scenario scenario = three();

        scenario.command(new TaskCommand.TestRouting("t1", "unheard-of", "r", null, null, null));
        scenario.command(new TaskCommand.TestRouting("t2", Scenario.CAPABILITY, "r", null, null, 1.5));
        scenario.command(
                new TaskCommand.TestRouting("t3", Scenario.CAPABILITY, "r", RoutingStrategy.STICKY, null, null));

        assertThat(scenario.the(TaskEvent.CommandRejected.class, "t1").code())
                .isEqualTo(RejectionCode.UNKNOWN_CAPABILITY);
        assertThat(scenario.the(TaskEvent.CommandRejected.class, "t2").message())
                .isEqualTo("expected min_trust from 0 to 1, but got 1.5");
        assertThat(scenario.the(TaskEvent.CommandRejected.class, "t3").message())
                .contains("expected a sticky_key");
    }
}
