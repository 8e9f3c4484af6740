package io.ains.dispatcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.StatusReason;
import io.ains.testkit.AgentStates;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CapacityRulesTest {
    private static AgentCapacity told(String session, String capability, int slots) {
        return new AgentCapacity(
                "agent",
                session,
                capability,
                DeliveryMode.KAFKA,
                AgentStatus.AVAILABLE,
                StatusReason.HEARTBEAT,
                slots,
                0.5);
    }

    private static AgentState agent(String session, String... capabilities) {
        return AgentStates.of(
                "agent",
                session,
                AgentStatus.AVAILABLE,
                StatusReason.HEARTBEAT,
                Stream.of(capabilities).map(name -> Capability.of(name, 1)).toList());
    }

    private static List<AgentCapacity> news(List<AgentCapacity> known, AgentState agent) {
        return CapacityRules.news(known, CapacityRules.now(known, agent));
    }

    @Test
    void shouldTellOnlyWhatIsNew() {
        List<AgentCapacity> known = List.of(told("s1", "a", 1), told("s1", "b", 3));

        assertThat(news(known, agent("s1", "a", "b"))).containsExactly(told("s1", "b", 1));
        assertThat(news(List.of(told("s1", "a", 1)), agent("s1", "a"))).isEmpty();
    }

    @Test
    void shouldGoOnTellingACapabilityThatIsNoLongerOffered() {
        List<AgentCapacity> without =
                CapacityRules.now(List.of(told("s1", "a", 1), told("s1", "b", 1)), agent("s1", "a"));

        assertThat(without).containsExactly(told("s1", "a", 1), told("s1", "b", 0));
        assertThat(news(without, agent("s2", "a")))
                .as("its tasks must be taken back too")
                .contains(told("s2", "b", 0));
    }

    @Test
    void shouldForgetWhatWasOfferedInAnEarlierSessionOnceThatIsTold() {
        List<AgentCapacity> known = List.of(told("s1", "a", 1), told("s1", "b", 1));

        List<AgentCapacity> sameSession = CapacityRules.now(known, agent("s1", "a"));
        assertThat(CapacityRules.kept(known, sameSession)).isEqualTo(sameSession);
        List<AgentCapacity> nextSession = CapacityRules.now(sameSession, agent("s2", "a"));
        assertThat(CapacityRules.kept(sameSession, nextSession)).containsExactly(told("s2", "a", 1));
    }

    @Test
    void shouldNotTakeAnAgentWithoutCapabilitiesForDeregistered() {
        assertThat(CapacityRules.now(List.of(told("s1", "a", 1)), agent("s1"))).containsExactly(told("s1", "a", 0));
    }

    @Test
    void shouldTellEveryCapabilityOfADeregisteredAgent() {
        assertThat(CapacityRules.now(List.of(told("s1", "a", 3)), null))
                .singleElement()
                .satisfies(gone -> {
                    assertThat(gone.status()).isEqualTo(AgentStatus.INACTIVE);
                    assertThat(gone.statusReason()).isEqualTo(StatusReason.DEREGISTERED);
                    assertThat(gone.maxConcurrency()).isZero();
                });
    }
}
