package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.OutcomeRules;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.TaskEvent;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Takes what a task's event says of an agent to the partition where the agent is. */
final class OutcomeProcessor extends ContextualProcessor<String, TaskEvent, String, AgentOutcome> {
    @Override
    public void process(Record<String, TaskEvent> record) {
        TaskEvent event = record.value();
        if (event == null) {
            throw new IllegalArgumentException("expected a task's event, but got an empty record");
        }
        OutcomeRules.of(event)
                .ifPresent(outcome -> context().forward(new Record<>(outcome.agentId(), outcome, record.timestamp())));
    }
}
