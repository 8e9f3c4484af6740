package io.ains.registry.commands;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import io.ains.registry.RegistrySettings;
import io.ains.registry.http.Problems;
import io.ains.registry.projection.Positions;
import io.ains.registry.projection.ProjectionListener;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Sends commands and waits for the events that answer them. Continuations of what is returned run on an executor of
 * their own, where they may query the database. Safe for many threads.
 */
@Component
public final class ControlPlane implements ProjectionListener {
    private final Topics topics;
    private final CommandProducer producer;
    private final Admin admin;
    private final Positions positions;
    private final PendingRequests<TaskEvent> tasks;
    private final PendingRequests<AgentEvent> agents;

    ControlPlane(
            RegistrySettings settings,
            Topics topics,
            CommandProducer producer,
            Admin admin,
            Positions positions,
            @Qualifier("answers") Executor executor,
            MeterRegistry meters) {
        this.topics = topics;
        this.producer = producer;
        this.admin = admin;
        this.positions = positions;
        this.tasks = new PendingRequests<>("tasks", settings.answerTimeout(), settings.maxWaiting(), executor, meters);
        this.agents =
                new PendingRequests<>("agents", settings.answerTimeout(), settings.maxWaiting(), executor, meters);
    }

    /** What a command must carry so that its answer is known: a new id for every command. */
    public static String newRequestId() {
        return UUID.randomUUID().toString();
    }

    /**
     * Sends a command about a task.
     *
     * @param prefer the request's header; {@code respond-async} does not wait
     * @param command with a new request id
     * @param answer the body for the event that answers, unless that is a refusal
     * @return 200 with that body, 202, or a problem
     */
    public CompletableFuture<ResponseEntity<Object>> ask(
            @Nullable String prefer, TaskCommand command, Function<TaskEvent, Object> answer) {
        return exchange(
                prefer,
                tasks,
                requireId(command.requestId()),
                () -> producer.send(command),
                event -> answer.apply(accepted(event)));
    }

    /**
     * Sends an agent's report about a task; otherwise as {@link #ask(String, TaskCommand, Function)}.
     *
     * @param capability the task's
     */
    public CompletableFuture<ResponseEntity<Object>> report(
            @Nullable String prefer, String capability, TaskResult.Report report, Function<TaskEvent, Object> answer) {
        return exchange(
                prefer,
                tasks,
                requireId(report.requestId()),
                () -> producer.send(capability, report),
                event -> answer.apply(accepted(event)));
    }

    /** Sends a command about an agent; otherwise as {@link #ask(String, TaskCommand, Function)}. */
    public CompletableFuture<ResponseEntity<Object>> ask(
            @Nullable String prefer, RegistrationEvent command, Function<AgentEvent, Object> answer) {
        return exchange(
                prefer,
                agents,
                requireId(command.requestId()),
                () -> producer.send(command),
                event -> answer.apply(accepted(event)));
    }

    /**
     * Sends a heartbeat, which nothing answers.
     *
     * @return the broker's time of it, in milliseconds since the epoch, once Kafka has it
     */
    public CompletableFuture<Long> send(HeartbeatEvent.Heartbeat heartbeat) {
        return producer.send(heartbeat).thenApply(RecordMetadata::timestamp);
    }

    /** Who has let a deadline pass and not answered since, in words; null if nobody has. */
    public @Nullable String silence() {
        if (!tasks.isAnswering()) {
            return "the task-dispatcher did not answer the last command in time";
        }
        return agents.isAnswering() ? null : "the heartbeat-processor did not answer the last request in time";
    }

    private <E> CompletableFuture<ResponseEntity<Object>> exchange(
            @Nullable String prefer,
            PendingRequests<E> pending,
            String requestId,
            Supplier<CompletableFuture<RecordMetadata>> send,
            Function<E, Object> answer) {
        if (prefer != null && prefer.contains("respond-async")) {
            return send.get()
                    .thenApply(sent -> ResponseEntity.status(HttpStatus.ACCEPTED)
                            .header("Preference-Applied", "respond-async")
                            .body(Map.of("request_id", requestId, "status", "accepted")));
        }
        CompletableFuture<E> answered = pending.open(requestId);
        if (!answered.isCompletedExceptionally()) {
            send.get().whenComplete((sent, failure) -> {
                if (failure != null) {
                    pending.fail(requestId, Problems.wrap(failure));
                }
            });
        }
        return answered.thenApply(event -> ResponseEntity.ok(answer.apply(event)));
    }

    private static String requireId(@Nullable String requestId) {
        if (requestId == null) {
            throw new IllegalArgumentException("expected a command with a request id");
        }
        return requestId;
    }

    private static TaskEvent accepted(TaskEvent event) {
        if (event instanceof TaskEvent.CommandRejected refusal) {
            throw Problems.rejected(refusal.code(), refusal.message());
        }
        return event;
    }

    private static AgentEvent accepted(AgentEvent event) {
        if (event instanceof AgentEvent.RequestRejected refusal) {
            // An agent's capability is part of the path; a task's is something asked for in vain.
            throw refusal.code() == RejectionCode.UNKNOWN_CAPABILITY
                    ? Problems.of(HttpStatus.NOT_FOUND, refusal.message())
                    : Problems.rejected(refusal.code(), refusal.message());
        }
        return event;
    }

    @Override
    public void projected(TaskEvent event) {
        String requestId = event.requestId();
        if (requestId != null) {
            tasks.answer(requestId, event);
        }
    }

    /**
     * The agent's new state was written in one transaction with the event, but comes by another topic. So the answer
     * waits until the tables have all of that topic that was there when the event was read.
     */
    @Override
    public void projected(int partition, AgentEvent event) {
        String requestId = event.requestId();
        if (requestId == null || !agents.isWaiting(requestId)) {
            return;
        }
        if (event instanceof AgentEvent.RequestRejected) {
            agents.answer(requestId, event);
            return;
        }
        TopicPartition states = new TopicPartition(topics.agentStates(), partition);
        // Uncommitted, because the transaction's end may be on the event's partition and not yet on this one.
        admin.listOffsets(Map.of(states, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(states)
                .whenComplete((end, failure) -> {
                    if (failure != null) {
                        agents.fail(requestId, Problems.unavailable("Kafka did not answer: " + failure.getMessage()));
                        return;
                    }
                    positions.reached(states, end.offset()).thenRun(() -> agents.answer(requestId, event));
                });
    }
}
