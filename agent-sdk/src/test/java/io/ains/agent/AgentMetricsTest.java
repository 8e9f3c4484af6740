package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.Capability;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentMetricsTest {
    @Test
    void shouldMeasureWhatTheAgentDoes() {
        CountDownLatch finish = new CountDownLatch(1);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (ScriptedControlPlane plane = new ScriptedControlPlane();
                Agent agent = plane.agent("measured")
                        .capability("fail", task -> {
                            throw new NonRetryableTaskException("never");
                        })
                        .capability(Capability.of("wait", 3), task -> finish.await(1, TimeUnit.HOURS))
                        .build()) {
            new AgentMetrics(agent).bindTo(registry);
            assertThat(gauge(registry, "up")).isZero();
            agent.start();
            plane.assign("measured", "failing", "fail");
            plane.awaitReports("failing", 2);
            plane.assign("measured", "waiting", "wait");

            await().atMost(SOON).until(() -> gauge(registry, "running") == 1);
            assertThat(gauge(registry, "up")).isEqualTo(1);
            assertThat(gauge(registry, "slots")).isEqualTo(4);
            finish.countDown();

            plane.awaitReports("waiting", 2);
            await().atMost(SOON).until(() -> attempts(registry, "completed") == 1);
            assertThat(attempts(registry, "failed")).isEqualTo(1);
            assertThat(gauge(registry, "running")).isZero();
            assertThat(registry.get("ains.agent.handler")
                            .tag("agent_id", "measured")
                            .functionTimer()
                            .count())
                    .isEqualTo(2);
        }
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        return registry.get("ains.agent." + name)
                .tag("agent_id", "measured")
                .gauge()
                .value();
    }

    private static double attempts(SimpleMeterRegistry registry, String outcome) {
        return registry.get("ains.agent.attempts")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }
}
