package io.ains.agent;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentPartition;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.StatusReason;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.Topics;
import io.ains.protocol.TraceParent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of an agent: a session id, and the clients and threads that work under it. Ends with {@link #drain}, {@link
 * #giveUp} or {@link #abort}, and never begins again.
 */
final class AgentSession {
    /** Why a session is over that did not ask for it. */
    enum Loss {
        REPLACED,
        DEREGISTERED
    }

    private static final Logger log = LoggerFactory.getLogger(AgentSession.class);
    private static final Duration LONGEST_PATIENCE = Duration.ofMillis(250);

    /** How long a draining agent waits to hear that the control plane knows: then nothing more is assigned to it. */
    private static final Duration GOODBYE_WAIT = Duration.ofSeconds(2);

    /** How long the dispatcher may take to hear it too: what it assigns meanwhile is still released. */
    private static final Duration LAST_LOOK = Duration.ofMillis(300);

    /** Then the outbox asks again whether a record is still wanted; what it is for outlives an outage of any length. */
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(30);

    private static final Duration LAST_SENDS = Duration.ofSeconds(10);

    private final AgentConfig config;
    private final Consumer<Loss> onLoss;
    private final String sessionId = UUID.randomUUID().toString();
    private final String firstRequest = UUID.randomUUID().toString();
    private final byte[] key;
    private final String eventsTopic;
    private final BrokerDoor door;
    private final Outbox outbox;
    private final ExecutorService threads;
    private final TaskRunner runner;
    private final Heart heart;
    private final Tail tail;
    private final JsonSerde<AgentEvent> events = JsonSerde.of(AgentEvent.class);
    private final JsonSerde<TaskDelivery> deliveries = JsonSerde.of(TaskDelivery.class);
    private final CompletableFuture<Void> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> goodbyeHeard = new CompletableFuture<>();

    private final AtomicBoolean lost = new AtomicBoolean();
    private volatile boolean draining;

    /** The brokers have the registration, so that the control plane will read it sooner or later. */
    private boolean asked;

    /** For the reading thread alone. */
    private Deadline nextRegistration = Deadline.in(Duration.ZERO);

    /**
     * Connects: when this returns the positions are fixed, and nothing has been said yet.
     *
     * @param onLoss called on the reading thread, at most once
     * @throws AinsException if it cannot
     */
    AgentSession(AgentConfig config, Tally tally, Consumer<Loss> onLoss, Deadline deadline) {
        this.config = config;
        this.onLoss = onLoss;
        String agentId = config.agentId();
        Topics topics = config.topics();
        String clientId = "ains-agent-" + agentId;
        key = agentId.getBytes(StandardCharsets.UTF_8);
        eventsTopic = topics.agentEvents();
        door = new BrokerDoor(config.kafka());
        List<Topics.Spec> own = config.offers().stream()
                .map(offer -> topics.capabilitySpec(offer.capability().name()))
                .toList();
        Map<String, Integer> partitions = door.partitions(
                clientId,
                List.of(topics.agentRegistrations(), topics.agentHeartbeats(), eventsTopic, topics.taskResults()),
                own,
                config.capabilityPartitions(),
                deadline);
        List<TopicPartition> mine = partitions.entrySet().stream()
                .filter(topic -> topic.getKey().equals(eventsTopic)
                        || own.stream().anyMatch(spec -> spec.name().equals(topic.getKey())))
                .map(topic -> new TopicPartition(topic.getKey(), AgentPartition.of(agentId, topic.getValue())))
                .toList();
        outbox = openOutbox(clientId);
        threads = HandlerThreads.create(agentId, TaskRunner.mostThreads(config.offers()));
        runner = new TaskRunner(config.offers(), outbox, threads, tally);
        Duration quarter = config.heartbeatInterval().dividedBy(4);
        Duration patience = quarter.compareTo(LONGEST_PATIENCE) < 0 ? quarter : LONGEST_PATIENCE;
        Vitals vitals = new Vitals(config.metrics(), config.health(), threads, patience);
        heart = new Heart(agentId, sessionId, config.heartbeatInterval(), vitals, outbox, tally);
        try {
            tail = new Tail(
                    config.kafka().consumer(clientId, topics.prefix() + "agent." + agentId),
                    mine,
                    "ains-agent-" + agentId,
                    false,
                    this::read,
                    runner::tick,
                    deadline);
        } catch (KafkaException e) {
            runner.close();
            outbox.close(Duration.ZERO);
            throw door.explain(e, "read the topics of agent " + agentId);
        }
    }

    private Outbox openOutbox(String clientId) {
        try {
            return new Outbox(config.topics(), config.agentId(), config.kafka().producer(clientId, SEND_PATIENCE));
        } catch (KafkaException e) {
            throw door.explain(e, "connect");
        }
    }

    /**
     * Says who this is, and waits until the control plane has accepted it; then the agent is at work.
     *
     * @throws AinsException if it is refused, or not answered in time
     */
    void register(Deadline deadline) {
        tail.start();
        door.await(
                outbox.register(config.registration(sessionId, firstRequest)),
                "register " + config.agentId(),
                deadline);
        asked = true;
        try {
            registered.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AinsException.NoAnswer("expected an answer from the control plane to the registration of "
                    + config.agentId() + " within " + config.startTimeout()
                    + ", but there was none: is the heartbeat-processor running, with the same topic prefix?");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AinsException refused ? refused : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw BrokerDoor.interrupted();
        }
        heart.start();
        log.atInfo()
                .addKeyValue("agent_id", config.agentId())
                .addKeyValue("session_id", sessionId)
                .log("Agent registered");
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        // most records of the partition are the neighbours': told apart before anything is parsed
        if (!Arrays.equals(record.key(), key) || record.value() == null) {
            return;
        }
        if (record.topic().equals(eventsTopic)) {
            onEvent(events.deserialize(record.topic(), record.value()));
        } else {
            onDelivery(deliveries.deserialize(record.topic(), record.value()), TraceParent.of(record.headers()));
        }
    }

    private void onDelivery(TaskDelivery delivery, @Nullable String traceparent) {
        if (!delivery.agentId().equals(config.agentId())
                || !delivery.sessionId().equals(sessionId)) {
            return;
        }
        if (delivery instanceof TaskDelivery.TaskAssignment assignment) {
            outbox.follow(assignment.taskId(), traceparent);
            runner.assign(assignment);
        } else if (delivery instanceof TaskDelivery.TaskRevocation revocation) {
            runner.revoke(revocation);
        } else if (delivery instanceof TaskDelivery.TaskTimeoutChange change) {
            runner.change(change);
        }
    }

    private void onEvent(AgentEvent event) {
        if (event instanceof AgentEvent.Registered accepted) {
            if (accepted.sessionId().equals(sessionId)) {
                registered.complete(null);
            } else if (registered.isDone()) {
                // one partition, one order: what comes after this session's own registration is newer than it
                lose(Loss.REPLACED);
            }
        } else if (event instanceof AgentEvent.RequestRejected rejected) {
            // one that could not be read to its end is refused without its session
            if (sessionId.equals(rejected.sessionId()) || firstRequest.equals(rejected.requestId())) {
                onRejection(rejected);
            }
        } else if (event instanceof AgentEvent.Deregistered gone) {
            if (gone.sessionId().equals(sessionId)) {
                lose(Loss.DEREGISTERED);
            }
        } else if (event instanceof AgentEvent.StatusChanged changed) {
            if (changed.sessionId().equals(sessionId) && changed.reason() == StatusReason.GOODBYE) {
                goodbyeHeard.complete(null);
            }
        }
    }

    private void onRejection(AgentEvent.RequestRejected rejected) {
        RejectionCode code = rejected.code();
        if (!registered.isDone()) {
            registered.completeExceptionally(
                    code == RejectionCode.IDENTITY_TAKEN
                            ? new AinsException.IdentityTaken(rejected.message())
                            : new AinsException.RegistrationRejected(code, rejected.message()));
        } else if (code == RejectionCode.STALE_SESSION || code == RejectionCode.IDENTITY_TAKEN) {
            lose(Loss.REPLACED);
        } else if (code == RejectionCode.UNKNOWN_AGENT) {
            registerAgain();
        } else {
            log.atWarn()
                    .addKeyValue("agent_id", config.agentId())
                    .addKeyValue("request", rejected.request())
                    .addKeyValue("code", code)
                    .log("The control plane refused a request: {}", rejected.message());
        }
    }

    /** The control plane has lost this agent. Every heartbeat is refused until it knows it again, so once will do. */
    private void registerAgain() {
        if (draining || !nextRegistration.passed()) {
            return;
        }
        nextRegistration = Deadline.in(config.heartbeatInterval().multipliedBy(2));
        log.atWarn()
                .addKeyValue("agent_id", config.agentId())
                .log("The control plane does not know the agent: registers again");
        outbox.register(config.registration(sessionId, UUID.randomUUID().toString()));
    }

    private void lose(Loss loss) {
        if (lost.compareAndSet(false, true)) {
            runner.abandon();
            goodbyeHeard.complete(null);
            onLoss.accept(loss);
        }
    }

    boolean isOnHandlerThread() {
        return runner.isOnHandlerThread();
    }

    /** Says goodbye, lets the handlers end, gives back what does not, and ends all threads. */
    void drain() {
        draining = true;
        Deadline goodbye = Deadline.in(GOODBYE_WAIT);
        heart.sayGoodbye();
        try {
            runner.drain(config.drainTimeout());
            goodbyeHeard.get(goodbye.left().toNanos(), TimeUnit.NANOSECONDS);
            tail.closeAfter(lost.get() ? Duration.ZERO : LAST_LOOK);
        } catch (TimeoutException | ExecutionException e) {
            log.atWarn()
                    .addKeyValue("agent_id", config.agentId())
                    .log("The control plane did not hear the goodbye in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop(LAST_SENDS);
    }

    /** Ends all threads, without a word. */
    void abort() {
        runner.abandon();
        stop(Duration.ZERO);
    }

    /** Ends a start that came to nothing, on the thread that began it; a registration that may still be read is taken back. */
    void giveUp() {
        runner.abandon();
        if (!asked || registered.isCompletedExceptionally() || lost.get()) {
            stop(Duration.ZERO);
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            outbox.heartbeat(new Heartbeat(config.agentId(), sessionId, HealthStatus.OFFLINE, null, null));
        } catch (KafkaException e) {
            log.atWarn()
                    .addKeyValue("agent_id", config.agentId())
                    .setCause(e)
                    .log("The goodbye of a start that was given up could not be sent");
        }
        stop(GOODBYE_WAIT);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(Duration lastSends) {
        tail.close();
        heart.close();
        runner.close();
        outbox.close(lastSends);
    }
}
