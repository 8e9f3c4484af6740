package io.ains.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * An agent's meters, for authors who use Micrometer; the rest of the SDK does without it. Each bears the tag
 * {@code agent_id}.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><td>{@code ains.agent.up}</td><td>1 while it takes tasks, else 0</td></tr>
 * <tr><td>{@code ains.agent.attempts}</td><td>counts attempts; {@code outcome}: completed, failed, released, stopped</td></tr>
 * <tr><td>{@code ains.agent.handler}</td><td>times handlers, whatever came of them</td></tr>
 * <tr><td>{@code ains.agent.running}</td><td>handlers at work</td></tr>
 * <tr><td>{@code ains.agent.slots}</td><td>how many there may be</td></tr>
 * <tr><td>{@code ains.agent.outcomes.unsent}</td><td>outcomes that the brokers do not have yet</td></tr>
 * <tr><td>{@code ains.agent.heartbeat.lateness}</td><td>how late the last heartbeat was</td></tr>
 * </table>
 */
public final class AgentMetrics implements MeterBinder {
    private final Agent agent;

    /**
     * Meters of one agent.
     *
     * @param agent started or not
     */
    public AgentMetrics(Agent agent) {
        this.agent = agent;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("agent_id", agent.agentId());
        Tally tally = agent.tally();
        Gauge.builder("ains.agent.up", agent, it -> it.isRunning() ? 1 : 0)
                .tags(tags)
                .register(registry);
        count(registry, tags.and("outcome", "completed"), tally.completed);
        count(registry, tags.and("outcome", "failed"), tally.failed);
        count(registry, tags.and("outcome", "released"), tally.released);
        count(registry, tags.and("outcome", "stopped"), tally.stopped);
        FunctionTimer.builder(
                        "ains.agent.handler",
                        tally,
                        it -> it.handled.sum(),
                        it -> it.handlerNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .register(registry);
        Gauge.builder("ains.agent.running", tally.running::get).tags(tags).register(registry);
        Gauge.builder("ains.agent.slots", agent, Agent::slots).tags(tags).register(registry);
        Gauge.builder("ains.agent.outcomes.unsent", tally.unsent::get)
                .tags(tags)
                .register(registry);
        TimeGauge.builder("ains.agent.heartbeat.lateness", () -> tally.latenessNanos, TimeUnit.NANOSECONDS)
                .tags(tags)
                .register(registry);
    }

    private static void count(MeterRegistry registry, Tags tags, LongAdder attempts) {
        FunctionCounter.builder("ains.agent.attempts", attempts, LongAdder::sum)
                .tags(tags)
                .register(registry);
    }
}
