package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentState.Rest;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.RegistrationEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestTest {
    private final FleetScenario scenario = new FleetScenario();

    RestTest() {
        enrol("s1");
    }

    private void enrol(String session, String... capabilities) {
        List<String> names = capabilities.length == 0 ? List.of("work", "play") : List.of(capabilities);
        scenario.send(FleetScenario.registration(
                "a",
                session,
                5_000,
                null,
                names.stream().map(name -> Capability.of(name, 1)).toList(),
                null));
    }

    @Test
    void shouldShowForWhichCapabilityAnAgentRestsAndWhy() {
        long since = scenario.now();

        scenario.rested("a", "s1", "work");
        scenario.passBeating(2_000, "a");
        scenario.rested("a", "s1", "work");

        assertThat(scenario.state("a").resting()).containsExactly(new Rest("work", "left 3 lying", since));
        assertThat(scenario.status("a")).isEqualTo(AgentStatus.AVAILABLE);
        assertThat(scenario.events(AgentEvent.Rested.class))
                .containsExactly(new AgentEvent.Rested("a", since, null, "s1", "work", "left 3 lying"));
        assertThat(scenario.fleet().counts().resting()).isEqualTo(1);
    }

    @Test
    void shouldRememberARestOverACrash() {
        scenario.rested("a", "s1", "work");

        scenario.crash();
        scenario.tick();
        scenario.passBeating(2_000, "a");

        assertThat(scenario.state("a").resting()).extracting(Rest::capability).containsExactly("work");
        assertThat(scenario.fleet().counts().resting()).isEqualTo(1);
    }

    @Test
    void shouldEndTheRestOfOneCapabilityOnly() {
        scenario.rested("a", "s1", "work");
        scenario.rested("a", "s1", "play");

        scenario.resumed("a", "s1", "work");
        scenario.resumed("a", "s1", "work");

        assertThat(scenario.state("a").resting()).extracting(Rest::capability).containsExactly("play");
        assertThat(scenario.events(AgentEvent.Resumed.class))
                .containsExactly(new AgentEvent.Resumed("a", scenario.now(), null, "s1", "work"));
    }

    @Test
    void shouldBelieveANewSessionAndIgnoreWhatIsSaidOfTheOldOne() {
        scenario.rested("a", "s1", "work");

        enrol("s2");
        scenario.rested("a", "s1", "play");
        assertThat(scenario.state("a").resting()).isEmpty();
        scenario.rested("a", "s2", "play");
        scenario.resumed("a", "s1", "play");

        assertThat(scenario.state("a").resting()).extracting(Rest::capability).containsExactly("play");
        assertThat(scenario.fleet().counts().resting()).isEqualTo(1);
    }

    @Test
    void shouldNotRestFromWhatIsNoLongerOffered() {
        scenario.rested("a", "s1", "work");
        scenario.rested("a", "s1", "play");

        scenario.send(new RegistrationEvent.CapabilityRemoval("a", null, "work"));
        scenario.rested("a", "s1", "work");
        assertThat(scenario.state("a").resting()).extracting(Rest::capability).containsExactly("play");
        enrol("s1", "work");

        assertThat(scenario.state("a").resting()).isEmpty();
    }

    @Test
    void shouldIgnoreAStranger() {
        scenario.rested("stranger", "s1", "work");

        assertThat(scenario.states).containsOnlyKeys("a");
    }
}
