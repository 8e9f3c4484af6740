package io.ains.agent;

import io.ains.protocol.TaskDelivery.TaskAssignment;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** One attempt, shown to its handler. */
final class HandlerContext<I> implements TaskContext<I> {
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

    private final Attempt attempt;
    private final TaskAssignment assignment;
    private final I input;
    private final Instant deadline;
    private final Outbox outbox;
    private Deadline nextReport = Deadline.in(Duration.ZERO);

    HandlerContext(Attempt attempt, I input, Instant deadline, Outbox outbox) {
        this.attempt = attempt;
        this.assignment = attempt.assignment();
        this.input = input;
        this.deadline = deadline;
        this.outbox = outbox;
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
    public boolean isCancelled() {
        return attempt.isStopped();
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public void progress(double percent, @Nullable String message) {
        if (attempt.isRunning() && mayReport()) {
            outbox.post(assignment.shard(), Reports.progress(assignment, percent, message));
        }
    }

    private synchronized boolean mayReport() {
        if (!nextReport.passed()) {
            return false;
        }
        nextReport = Deadline.in(BETWEEN_REPORTS);
        return true;
    }
}
