package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one partition: its time is the broker's time of the record. Written by the processor that owns the
 * partition, into that partition, so that whoever has processed it has processed all that came before it.
 *
 * @param partition the partition that it was meant for
 * @param sentAt when it was sent, by the clock of the one who sent it, in milliseconds since the epoch: only good to tell how
 *     long it was underway; null if it does not say
 */
@JsonTypeName("Tick")
public record Tick(int partition, @Nullable Long sentAt) implements HeartbeatEvent, TaskResult {
    @Override
    public <R> R accept(HeartbeatEvent.Visitor<R> visitor) {
        return visitor.visit(this);
    }

    @Override
    public <R> R accept(TaskResult.Visitor<R> visitor) {
        return visitor.visit(this);
    }
}
