package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.TaskCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final DispatcherSettings DEFAULTS = DispatcherSettings.defaults();

    private static DispatcherSettings with(Duration aging, Map<String, Integer> weights) {
        return new DispatcherSettings(
                DEFAULTS.ackTimeout(),
                DEFAULTS.grace(),
                DEFAULTS.absence(),
                aging,
                Map.of(),
                DEFAULTS.missesBeforeRest(),
                DEFAULTS.restFor(),
                DEFAULTS.releasePause(),
                DEFAULTS.rememberFor(),
                DEFAULTS.rememberAtMost(),
                weights);
    }

    /** An agent of one slot that is busy, so that what follows waits. */
    private static Scenario busy(DispatcherSettings settings) {
        Scenario scenario =
                new Scenario(settings).agent("agent", 1).submit("first").started("first");
        scenario.moment();
        return scenario;
    }

    /** Completes whatever is out until nothing waits, and tells the order of what came after the first. */
    private static List<String> workOff(Scenario scenario) {
        int done = 0;
        while (done < scenario.order().size()) {
            String id = scenario.order().get(done++);
            scenario.moment().started(id).completed(id);
        }
        return scenario.order().subList(1, scenario.order().size());
    }

    @Test
    void shouldGiveOutByPriorityThenByArrival() {
        Scenario scenario = busy(DEFAULTS);
        scenario.submit("low", task -> task.priority(1))
                .submit("urgent", task -> task.priority(10))
                .submit("normal-1")
                .submit("below-all", task -> task.priority(0))
                .submit("normal-2");

        assertThat(workOff(scenario)).containsExactly("urgent", "normal-1", "normal-2", "low", "below-all");
    }

    @Test
    void shouldCountOneMinuteOfWaitingAsOneLevel() {
        Scenario scenario = busy(DEFAULTS);
        scenario.submit("old", task -> task.priority(3));
        scenario.pass(Duration.ofSeconds(119)).submit("young-soon-enough", task -> task.priority(5));
        scenario.pass(Duration.ofSeconds(2)).submit("young-too-late", task -> task.priority(5));

        assertThat(workOff(scenario)).containsExactly("young-soon-enough", "old", "young-too-late");
    }

    @Test
    void shouldNeverLetAgeBeatPriorityWhenAgingIsZero() {
        Scenario scenario = busy(with(Duration.ZERO, Map.of()));
        scenario.submit("old", task -> task.priority(4))
                .pass(Duration.ofMinutes(4))
                .submit("young");

        assertThat(workOff(scenario)).containsExactly("young", "old");
    }

    @Test
    void shouldKeepTheOrderOverARestart() {
        Scenario scenario = busy(DEFAULTS);
        scenario.submit("b", task -> task.priority(2))
                .submit("a", task -> task.priority(9))
                .submit("c", task -> task.priority(2))
                .restart()
                .tick();

        assertThat(workOff(scenario)).containsExactly("a", "b", "c");
    }

    @Test
    void shouldKeepThePlaceOfARetriedTask() {
        Scenario scenario = new Scenario(DEFAULTS).agent("agent", 1).submit("failing");
        scenario.moment().submit("later").started("failing").failed("failing");
        scenario.pass(Duration.ofSeconds(5)).submit("last").started("later").completed("later");

        assertThat(scenario.order()).containsExactly("failing", "later", "failing");
    }

    @Test
    void shouldMoveATaskWhosePriorityChanges() {
        Scenario scenario = busy(DEFAULTS);
        scenario.submit("a").submit("b").submit("c");
        scenario.command(new TaskCommand.ChangePriority("c", Scenario.CAPABILITY, "r", "client", 10));

        assertThat(workOff(scenario)).containsExactly("c", "a", "b");
    }

    @Test
    void shouldGiveASmallClientItsShareBesideALargeOne() {
        Scenario scenario = busy(DEFAULTS);
        for (int i = 0; i < 1_000; i++) {
            scenario.submit("large-" + i, "large", task -> task);
        }
        for (int i = 0; i < 10; i++) {
            scenario.submit("small-" + i, "small", task -> task);
        }

        List<String> order = workOff(scenario);

        for (int i = 0; i < 10; i++) {
            // Equal weights: before the small one's n-th task at most n + 1 of the large one's have started.
            assertThat(order.indexOf("small-" + i)).isLessThanOrEqualTo(2 * i + 2);
        }
    }

    @Test
    void shouldShareByWeight() {
        Scenario scenario = busy(with(Duration.ofSeconds(60), Map.of("gold", 3)));
        for (int i = 0; i < 30; i++) {
            scenario.submit("plain-" + i, "plain", task -> task).submit("gold-" + i, "gold", task -> task);
        }

        List<String> firstTwenty = workOff(scenario).subList(0, 20);

        assertThat(firstTwenty.stream().filter(id -> id.startsWith("gold"))).hasSize(15);
    }

    @Test
    void shouldLetNoClientSaveUpTurns() {
        Scenario scenario = busy(DEFAULTS);
        List<String> expectedFair = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            scenario.submit("a-" + i, "a", task -> task);
        }
        for (int i = 0; i < 50; i++) {
            String id = scenario.order().get(scenario.order().size() - 1);
            scenario.moment().started(id).completed(id);
        }
        int before = scenario.order().size();
        for (int i = 0; i < 20; i++) {
            scenario.submit("b-" + i, "b", task -> task);
        }
        for (int i = 0; i < 20; i++) {
            String id = scenario.order().get(scenario.order().size() - 1);
            scenario.moment().started(id).completed(id);
            expectedFair.add(scenario.order().get(before + i));
        }

        assertThat(expectedFair.stream().filter(id -> id.startsWith("b"))).hasSizeBetween(9, 11);
    }

    @Test
    void shouldNotHoldUpOthersForATaskThatNobodyIsTrustedWith() {
        Scenario scenario = new Scenario(DEFAULTS).trusted("agent", 1, 0.5);
        scenario.submit("demanding", task -> task.priority(10).minTrust(0.9)).submit("modest");

        assertThat(scenario.order()).containsExactly("modest");

        scenario.trusted("expert", 1, 0.95);

        assertThat(scenario.order()).containsExactly("modest", "demanding");
    }

    @Test
    void shouldNotBeBlockedByADemandThatIsAHairAboveWhatAgentsHave() {
        Scenario scenario = new Scenario(DEFAULTS).trusted("agent", 1, 0.3);
        scenario.submit("hair-above", task -> task.priority(10).minTrust(0.1 + 0.2));

        scenario.submit("next");

        assertThat(scenario.order()).containsExactly("hair-above");
        scenario.completed("hair-above");
        assertThat(scenario.order()).containsExactly("hair-above", "next");
    }

    @Test
    void shouldNeverBypassWhoWaitsStraightAfterAnOutage() {
        Scenario scenario = busy(DEFAULTS);
        scenario.submit("waits").absentFor(Duration.ofMinutes(10)).restart().tick();

        scenario.submit("comes-now").started("first").completed("first").completed("waits");

        assertThat(scenario.order()).containsExactly("first", "waits", "comes-now");
    }

    @Test
    void shouldGiveOutWhatIsTooMuchForOneRecordBitByBit() {
        Scenario scenario = new Scenario(DEFAULTS).agent("away", 0);
        List<String> ids = IntStream.range(0, 1_000).mapToObj(i -> "task-" + i).toList();
        ids.forEach(scenario::submit);

        scenario.agent("agent", 1_000);
        int atOnce = scenario.order().size();
        assertThat(atOnce).isBetween(1, 999);
        assertThat(scenario.dispatcher().nextDeadline()).isEqualTo(scenario.now());

        for (int ticks = 1; ticks < 1_000 / atOnce; ticks++) {
            scenario.moment().tick();
        }
        assertThat(scenario.order()).isEqualTo(ids);
        scenario.moment().tick();
        assertThat(scenario.dispatcher().nextDeadline()).isGreaterThan(scenario.now());
    }
}
