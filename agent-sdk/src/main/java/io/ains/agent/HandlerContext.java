package io.ains.agent;

import io.ains.protocol.TaskDelivery.TaskAssignment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** One attempt, shown to its handler. */
final class HandlerContext<I> implements TaskContext<I> {
    private final Attempt attempt;
    private final TaskAssignment assignment;
    private final I input;
    private final @Nullable String traceparent;

    HandlerContext(Attempt attempt, I input, @Nullable String traceparent) {
        this.attempt = attempt;
        this.assignment = attempt.assignment();
        this.input = input;
        this.traceparent = traceparent;
    }

    @Override
    public String taskId() {
        return assignment.taskId();
    }

    @Override
    public int attempt() {
        return assignment.attempt();
    }

    @Override
    public String capability() {
        return assignment.capability();
    }

    @Override
    public String clientId() {
        return assignment.clientId();
    }

    @Override
    public String taskType() {
        return assignment.taskType();
    }

    @Override
    public I input() {
        return input;
    }

    @Override
    public JsonNode metadata() {
        JsonNode metadata = assignment.metadata();
        return metadata == null ? NullNode.getInstance() : metadata;
    }

    @Override
    public @Nullable String traceparent() {
        return traceparent;
    }

    @Override
    public boolean isCancelled() {
        return attempt.isStopped();
    }

    @Override
    public Instant deadline() {
        return attempt.deadline();
    }

    @Override
    public void progress(double percent, @Nullable String message) {
        if (attempt.isRunning()) {
            attempt.bulletin().progress(percent, message);
        }
    }

    @Override
    public void log(String line) {
        if (attempt.isRunning()) {
            attempt.bulletin().log(line);
        }
    }
}
