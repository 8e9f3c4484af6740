package io.ains.registry.commands;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.RegistrationEvent;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.Topics;
import io.ains.registry.RegistrySettings;
import io.ains.registry.http.Problems;
import io.ains.registry.projection.Positions;
import io.ains.registry.projection.ProjectionListener;
import io.ains.registry.projection.Versions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
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
    private final Versions versions;
    private final PendingRequests<Decision<TaskEvent>> tasks;
    private final PendingRequests<Decision<AgentEvent>> agents;

    ControlPlane(
            RegistrySettings settings,
            Topics topics,
            CommandProducer producer,
            Admin admin,
            Positions positions,
            Versions versions,
            @Qualifier("answers") Executor executor,
            MeterRegistry meters) {
        this.topics = topics;
        this.producer = producer;
        this.admin = admin;
        this.positions = positions;
        this.versions = versions;
        this.tasks = new PendingRequests<>("tasks", settings.answerTimeout(), settings.maxWaiting(), executor, meters);
        this.agents =
                new PendingRequests<>("agents", settings.answerTimeout(), settings.maxWaiting(), executor, meters);
    }

    /** What a command must carry so that its answer is known: a new id for every command. */
    public static String newRequestId() {
        return UUID.randomUUID().toString();
    }

    /**
     * Sends a command about a task and answers a request with what was decided.
     *
     * @param prefer the request's header; {@code respond-async} does not wait
     * @param command with a new request id
     * @param answer the body for the event that answers, unless that is a refusal
     * @return 200 with that body, 202, or a problem
     */
    public <B> CompletableFuture<ResponseEntity<B>> ask(
            @Nullable String prefer, TaskCommand command, Function<Decision<TaskEvent>, B> answer) {
        return respond(prefer, command.requestId(), () -> publish(command), () -> decide(command), answer);
    }

    /**
     * Sends an agent's report about a task; otherwise as {@link #ask(String, TaskCommand, Function)}.
     *
     * @param capability the task's
     */
    public <B> CompletableFuture<ResponseEntity<B>> report(
            @Nullable String prefer,
            String capability,
            TaskResult.Report report,
            Function<Decision<TaskEvent>, B> answer) {
        Supplier<CompletableFuture<RecordMetadata>> send = () -> producer.send(capability, report);
        return respond(
                prefer,
                report.requestId(),
                send,
                () -> exchange(tasks, report.requestId(), send).thenApply(ControlPlane::taskAccepted),
                answer);
    }

    /** Sends a command about an agent; otherwise as {@link #ask(String, TaskCommand, Function)}. */
    public <B> CompletableFuture<ResponseEntity<B>> ask(
            @Nullable String prefer, RegistrationEvent command, Function<Decision<AgentEvent>, B> answer) {
        Supplier<CompletableFuture<RecordMetadata>> send = () -> producer.send(command);
        return respond(
                prefer,
                command.requestId(),
                send,
                () -> exchange(agents, command.requestId(), send).thenApply(ControlPlane::agentAccepted),
                answer);
    }

    /**
     * Sends a command about a task.
     *
     * @return what was decided; or the problem, a refusal among them
     */
    public CompletableFuture<Decision<TaskEvent>> decide(TaskCommand command) {
        return exchange(tasks, command.requestId(), () -> publish(command)).thenApply(ControlPlane::taskAccepted);
    }

    /**
     * Sends a command about a task and does not wait for what is decided.
     *
     * @return completed once Kafka has it
     */
    public CompletableFuture<RecordMetadata> publish(TaskCommand command) {
        return producer.send(command);
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

    /** Whether a request asks for no more than that Kafka has its command. */
    public static boolean isAsync(@Nullable String prefer) {
        return prefer != null && prefer.contains("respond-async");
    }

    /** 202, with what tells that the preference was followed. */
    public static <B> ResponseEntity<B> accepted(Object body) {
        @SuppressWarnings("unchecked") // nobody but the JSON writer looks at it, which takes any type
        B answer = (B) body;
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .header("Preference-Applied", "respond-async")
                .body(answer);
    }

    private static <E, B> CompletableFuture<ResponseEntity<B>> respond(
            @Nullable String prefer,
            @Nullable String requestId,
            Supplier<CompletableFuture<RecordMetadata>> publish,
            Supplier<CompletableFuture<Decision<E>>> decide,
            Function<Decision<E>, B> answer) {
        if (isAsync(prefer)) {
            return publish.get()
                    .thenApply(sent -> accepted(Map.of("request_id", requireId(requestId), "status", "accepted")));
        }
        return decide.get()
                .thenApply(decision -> ResponseEntity.ok()
                        .header(Decision.VERSION_HEADER, decision.version())
                        .body(answer.apply(decision)));
    }

    private static <E> CompletableFuture<Decision<E>> exchange(
            PendingRequests<Decision<E>> pending,
            @Nullable String id,
            Supplier<CompletableFuture<RecordMetadata>> send) {
        String requestId = requireId(id);
        CompletableFuture<Decision<E>> answered = pending.open(requestId);
        if (!answered.isCompletedExceptionally()) {
            send.get().whenComplete((sent, failure) -> {
                if (failure != null) {
                    pending.fail(requestId, Problems.wrap(failure));
                }
            });
        }
        return answered;
    }

    private static String requireId(@Nullable String requestId) {
        if (requestId == null) {
            throw new IllegalArgumentException("expected a command with a request id");
        }
        return requestId;
    }

    private static Decision<TaskEvent> taskAccepted(Decision<TaskEvent> decision) {
        if (decision.event() instanceof TaskEvent.CommandRejected refusal) {
            throw Problems.rejected(refusal.code(), refusal.message());
        }
        return decision;
    }

    private static Decision<AgentEvent> agentAccepted(Decision<AgentEvent> decision) {
        if (decision.event() instanceof AgentEvent.RequestRejected refusal) {
            // An agent's capability is part of the path; a task's is something asked for in vain.
            throw refusal.code() == RejectionCode.UNKNOWN_CAPABILITY
                    ? Problems.of(HttpStatus.NOT_FOUND, refusal.message())
                    : Problems.rejected(refusal.code(), refusal.message());
        }
        return decision;
    }

    @Override
    public void taskProjected(Projected<TaskEvent> found) {
        TaskEvent event = found.event();
        answer(tasks, event.requestId(), found, movesADeadLetter(event) ? topics.taskDeadLetters() : null);
    }

    private static boolean movesADeadLetter(TaskEvent event) {
        return event instanceof TaskEvent.Failed
                || event instanceof TaskEvent.DeadTaskPurged
                || event instanceof TaskEvent.Requeued requeued && requeued.reason() == RequeueReason.RETRY_REQUESTED;
    }

    @Override
    public void agentProjected(Projected<AgentEvent> found) {
        AgentEvent event = found.event();
        boolean changed = !(event instanceof AgentEvent.RequestRejected);
        answer(agents, event.requestId(), found, changed ? topics.agentStates() : null);
    }

    /**
     * What else the event's transaction wrote comes by another topic, on the partition of the same number. So the answer
     * waits until the tables have all of that one that was there when the event was read.
     */
    private <E> void answer(
            PendingRequests<Decision<E>> pending,
            @Nullable String requestId,
            Projected<E> found,
            @Nullable String otherTopic) {
        if (requestId == null || !pending.isWaiting(requestId)) {
            return;
        }
        Map<TopicPartition, Long> version = new HashMap<>(Map.of(found.origin(), found.offset() + 1));
        if (otherTopic == null) {
            pending.answer(requestId, new Decision<>(found.event(), found.id(), versions.write(version)));
            return;
        }
        TopicPartition other = new TopicPartition(otherTopic, found.origin().partition());
        // Uncommitted, because the transaction's end may be on the event's partition and not yet on this one.
        admin.listOffsets(Map.of(other, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(other)
                .whenComplete((end, failure) -> {
                    if (failure != null) {
                        pending.fail(requestId, Problems.unavailable("Kafka did not answer: " + failure.getMessage()));
                        return;
                    }
                    version.put(other, end.offset());
                    var decision = new Decision<>(found.event(), found.id(), versions.write(version));
                    positions.reached(other, end.offset()).thenRun(() -> pending.answer(requestId, decision));
                });
    }
}
