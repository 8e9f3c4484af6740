package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.RegistrationEvent.AgentDeregistration;
import io.ains.protocol.RegistrationEvent.CapabilityPublication;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebuildTest {
    private static final List<String> AGENTS = List.of("a", "b", "c", "d", "e", "f");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBeAfterACrashWhatItWasBefore(long seed) {
        Random random = new Random(seed);
        FleetScenario scenario = new FleetScenario();
        for (int i = 0; i < 2_000; i++) {
            anything(scenario, random);
        }
        Fleet before = scenario.fleet();
        assertThat(scenario.store).as("seed %d", seed).isNotEmpty();

        scenario.crash();

        for (String agent : AGENTS) {
            assertThat(scenario.fleet().find(agent)).as("seed %d", seed).isEqualTo(before.find(agent));
        }
        FleetCounts counts = scenario.fleet().counts();
        assertThat(counts.available()).isEqualTo(before.counts().available());
        assertThat(counts.inactive()).isEqualTo(before.counts().inactive());
    }

    private static void anything(FleetScenario scenario, Random random) {
        String agent = AGENTS.get(random.nextInt(AGENTS.size()));
        switch (random.nextInt(9)) {
            case 0 -> scenario.register(agent, "s" + random.nextInt(50), 500 + random.nextInt(5_000));
            case 1 ->
                scenario.send(new CapabilityPublication(
                        agent, null, Capability.of("c" + random.nextInt(5), 1 + random.nextInt(9))));
            case 2 -> scenario.completed(agent, random.nextInt(1_000));
            case 3 -> scenario.failed(agent);
            case 4 -> {
                if (random.nextInt(10) == 0) {
                    scenario.send(new AgentDeregistration(agent, null, null));
                }
            }
            case 5 -> scenario.pass(random.nextInt(8_000));
            default -> scenario.beat(agent, null, HealthStatus.values()[random.nextInt(3)]);
        }
    }

    @Test
    void shouldGiveEveryAgentAFullGracePeriodAfterACrash() {
        FleetScenario scenario = new FleetScenario();
        scenario.register("a", "s");
        scenario.pass(14_900);

        scenario.crash();
        scenario.pass(14_900);
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        scenario.pass(16_100);

        assertThat(scenario.status("a")).isEqualTo(AgentStatus.INACTIVE);
    }

    @Test
    void shouldGoOnRefreshingAfterACrash() {
        FleetScenario scenario = new FleetScenario();
        scenario.register("a", "s");
        scenario.crash();
        scenario.pass(1_000);
        int told = scenario.statesTold;

        scenario.passBeating(5_000, "a");

        assertThat(scenario.statesTold).isEqualTo(told + 5);
        assertThat(scenario.state("a").lastHeartbeatAt()).isEqualTo(scenario.now());
    }
}
