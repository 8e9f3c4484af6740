package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.protocol.Capability;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentBuilderTest {
    @Test
    void shouldTellAllMistakesAtOnce() {
        AgentBuilder builder = Agent.builder("not an id")
                .capability("same", task -> null)
                .capability(Capability.of("same", 0), task -> null)
                .heartbeatInterval(Duration.ofMillis(499))
                .drainTimeout(Duration.ofSeconds(-1))
                .publicKey("abc")
                .capabilityPartitions(0)
                .topicPrefix("UPPER.")
                .kafka(Map.of("acks", "1"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected an agent id of 1 to 128 characters")
                .hasMessageContaining("but got not an id")
                .hasMessageContaining("expected each capability once, but got same twice")
                .hasMessageContaining("expected a max_concurrency of 1 to 10000 for same, but got 0")
                .hasMessageContaining("expected a heartbeat interval of 0.5 s to 5 min, but got PT0.499S")
                .hasMessageContaining("expected a drain timeout")
                .hasMessageContaining("expected a public key in hex, but got abc")
                .hasMessageContaining("expected 1 to 10000 capability partitions, but got 0")
                .hasMessageContaining("expected a topic prefix")
                .hasMessageContaining("expected Kafka settings other than those that AINS sets itself, but got [acks]");
    }

    @Test
    void shouldRefuseSettingsThatAreNone() {
        AgentBuilder builder = Agent.builder("a").capability("c", task -> null).kafka(Map.of("max.block.ms", "soon"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kafka settings: Invalid value soon for configuration max.block.ms");
        assertThatThrownBy(() -> TaskClient.builder()
                        .bootstrapServers("localhost,b:9092")
                        .connect())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected bootstrap.servers as host:port, comma-separated, but got \"localhost,b:9092\"");
    }

    @Test
    void shouldDemandACapability() {
        assertThatThrownBy(() -> Agent.builder("a").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least one capability, but got none");
    }

    @Test
    void shouldCloseAnAgentThatWasNeverStarted() {
        Agent agent = Agent.builder("a").capability("c", task -> null).build();

        agent.close();

        assertThat(agent.state()).isEqualTo(Agent.State.CLOSED);
        assertThatThrownBy(agent::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a new agent, but a is CLOSED");
    }
}
