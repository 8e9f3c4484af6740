package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.CapacityRules;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentState;
import io.ains.service.CommitPace;
import io.ains.service.PromptCommit;
import java.util.List;
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
    private static final int FORMAT = 1;

    /**
     * What was last said of one agent.
     *
     * @param format that it is stored in; null is 1, from before it was written down
     */
    record Sent(@Nullable Integer format, List<AgentCapacity> capacities) {
        Sent {
            if (format != null && format != FORMAT) {
                throw new IllegalArgumentException("expected stored capacities of format " + FORMAT + ", but got "
                        + format + ": start the release that wrote them");
            }
        }
    }

    private final CommitPace pace;
    private ProcessorContext<String, AgentCapacity> context;
    private KeyValueStore<String, Sent> store;
    private PromptCommit commit;

    CapacityFanOut(CommitPace pace) {
        this.pace = pace;
    }

    @Override
    public void init(ProcessorContext<String, AgentCapacity> context) {
        this.context = context;
        this.store = context.getStateStore(DispatcherTopology.FAN_OUT_STORE);
        this.commit = new PromptCommit(context, pace);
    }

    @Override
    public void process(Record<String, AgentState> record) {
        Sent before = store.get(record.key());
        List<AgentCapacity> known = before == null ? List.of() : before.capacities();
        List<AgentCapacity> now = CapacityRules.now(known, record.value());
        List<AgentCapacity> news = CapacityRules.news(known, now);
        if (news.isEmpty()) {
            return;
        }
        for (AgentCapacity capacity : news) {
            context.forward(record.withKey(capacity.capability()).withValue(capacity));
        }
        store.put(record.key(), record.value() == null ? null : new Sent(FORMAT, CapacityRules.kept(known, now)));
        commit.afterOutput();
    }
}
