package io.ains.dispatcher.streams;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.StatusReason;
import io.ains.service.PromptCommit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Tells each capability of an agent what has changed for it. It remembers what it said last, so that a refresh of
 * what is known costs nothing further on, and a capability that is gone is told so.
 */
final class CapacityFanOut implements Processor<String, AgentState, String, AgentCapacity> {
    /** What was last said of one agent. */
    record Sent(List<AgentCapacity> capacities) {}

    private final Duration commitEvery;
    private ProcessorContext<String, AgentCapacity> context;
    private KeyValueStore<String, Sent> store;
    private PromptCommit commit;

    CapacityFanOut(Duration commitEvery) {
        this.commitEvery = commitEvery;
    }

    @Override
    public void init(ProcessorContext<String, AgentCapacity> context) {
        this.context = context;
        this.store = context.getStateStore(DispatcherTopology.FAN_OUT_STORE);
        this.commit = new PromptCommit(context, commitEvery);
    }

    @Override
    public void process(Record<String, AgentState> record) {
        Sent before = store.get(record.key());
        List<AgentCapacity> known = before == null ? List.of() : before.capacities();
        List<AgentCapacity> present = capacitiesOf(record.value());
        List<AgentCapacity> news = news(known, present);
        if (news.isEmpty()) {
            return;
        }
        for (AgentCapacity capacity : news) {
            context.forward(record.withKey(capacity.capability()).withValue(capacity));
        }
        store.put(record.key(), record.value() == null ? null : new Sent(present));
        commit.afterOutput();
    }

    private static List<AgentCapacity> capacitiesOf(@Nullable AgentState agent) {
        if (agent == null) {
            return List.of();
        }
        return agent.capabilities().stream()
                .map(capability -> capacityOf(agent, capability))
                .toList();
    }

    private static AgentCapacity capacityOf(AgentState agent, Capability capability) {
        return new AgentCapacity(
                agent.agentId(),
                agent.sessionId(),
                capability.name(),
                agent.delivery(),
                agent.status(),
                agent.statusReason(),
                capability.maxConcurrency(),
                agent.trustScore());
    }

    /** What is new or different, and what is gone: all of an agent that was deregistered, or a capability of it. */
    static List<AgentCapacity> news(List<AgentCapacity> known, List<AgentCapacity> present) {
        Map<String, AgentCapacity> knownByCapability =
                known.stream().collect(Collectors.toMap(AgentCapacity::capability, Function.identity()));
        List<AgentCapacity> news = new ArrayList<>();
        for (AgentCapacity capacity : present) {
            if (!capacity.equals(knownByCapability.remove(capacity.capability()))) {
                news.add(capacity);
            }
        }
        for (AgentCapacity gone : knownByCapability.values()) {
            news.add(present.isEmpty() ? deregistered(gone) : notOffered(gone, present.get(0)));
        }
        return news;
    }

    private static AgentCapacity deregistered(AgentCapacity gone) {
        return new AgentCapacity(
                gone.agentId(),
                gone.sessionId(),
                gone.capability(),
                gone.delivery(),
                AgentStatus.INACTIVE,
                StatusReason.DEREGISTERED,
                0,
                gone.trustScore());
    }

    /** The agent lives on, perhaps in a new session, and keeps what it has of the capability. */
    private static AgentCapacity notOffered(AgentCapacity gone, AgentCapacity agent) {
        return new AgentCapacity(
                gone.agentId(),
                agent.sessionId(),
                gone.capability(),
                agent.delivery(),
                agent.status(),
                agent.statusReason(),
                0,
                agent.trustScore());
    }
}
