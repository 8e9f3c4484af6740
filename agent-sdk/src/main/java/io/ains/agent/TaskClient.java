package io.ains.agent;

import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Gives tasks to the fleet, and learns what became of them. Thread-safe; one for a process is enough.
 *
 * <p>Survives outages of the brokers: what was submitted is sent when they are back, for up to ten minutes, and what they
 * wrote meanwhile is read. Should this process end, or a submission fail with an exception of Kafka's, submit the task
 * again under its id: it is the same task, and its outcome is told to whoever asks within 15 minutes of its end.
 */
public final class TaskClient implements AutoCloseable {
    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(10);
    private static final Duration LAST_SENDS = Duration.ofSeconds(10);

    private final Topics topics;
    private final TaskWaiters waiters;
    private final KafkaProducer<String, byte[]> producer;
    private final Tail tail;
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private final JsonSerde<TaskEvent> events = JsonSerde.of(TaskEvent.class);
    private volatile boolean closed;

    TaskClient(Topics topics, ClientSettings settings, int maxPending, Deadline deadline) {
        this.topics = topics;
        this.waiters = new TaskWaiters(maxPending);
        String clientId = "ains-task-client-" + UUID.randomUUID();
        BrokerDoor door = new BrokerDoor(settings);
        Map<String, Integer> partitions =
                door.partitions(clientId, List.of(topics.taskCommands(), topics.taskEvents()), List.of(), 1, deadline);
        int count = partitions.getOrDefault(topics.taskEvents(), 0);
        List<TopicPartition> all = IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topics.taskEvents(), partition))
                .toList();
        try {
            producer = new KafkaProducer<>(settings.producer(clientId, LONGEST_OUTAGE));
        } catch (KafkaException e) {
            throw door.explain(e, "connect");
        }
        try {
            tail = new Tail(
                    settings.consumer(clientId, null), all, "ains-task-client", true, this::read, () -> {}, deadline);
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw door.explain(e, "read " + topics.taskEvents());
        }
        tail.start();
    }

    /** Begins to describe a client. */
    public static TaskClientBuilder builder() {
        return new TaskClientBuilder();
    }

    /**
     * Submits a task. Returns at once, or after two seconds at most while the brokers are away.
     *
     * @param task whose id names it for ever: the same id again is the same task
     * @return what to wait for
     * @throws RejectedExecutionException if too many commands are waited for already
     * @throws IllegalStateException if the client is closed
     */
    public TaskHandle submit(TaskSpec task) {
        checkOpen();
        String requestId = UUID.randomUUID().toString();
        TaskHandle handle = waiters.awaitOutcome(task.taskId(), requestId);
        send(new TaskCommand.SubmitTask(requestId, task), requestId);
        return handle;
    }

    /**
     * Submits a task and waits for its end, whatever that is.
     *
     * @param task as for {@link #submit}
     * @param timeout how long to wait; the task itself goes on after that, and can be waited for again under its id
     * @return how it ended
     * @throws TimeoutException if it has not ended by then
     * @throws InterruptedException if the thread is told to stop waiting
     * @throws TaskRejectedException if the control plane refused it
     * @throws RejectedExecutionException if too many commands are waited for already
     * @throws CancellationException if the client is closed meanwhile
     * @throws KafkaException if it could not be written, or it is not certain that it was: submit it again
     */
    public TaskOutcome submitAndWait(TaskSpec task, Duration timeout) throws TimeoutException, InterruptedException {
        CompletableFuture<TaskOutcome> outcome = submit(task).outcome();
        try {
            return outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new TimeoutException("expected task " + task.taskId() + " to end within " + timeout);
        } finally {
            outcome.cancel(false);
        }
    }

    /**
     * Follows a task from now on; to see all of it, call this before {@link #submit}. The stream ends with the task's end,
     * which is its last event, or with the refusal of a command about a task that is not known. To read it waits for the
     * next event, on the reader's thread; interrupted, it throws a {@code CancellationException}, as it does when the client
     * is closed. A reader who is 256 events behind gets an {@code IllegalStateException}. It takes one of the client's
     * waits until it ends or is closed.
     *
     * @param taskId which
     * @return its events, in their order; to be closed if it is not read to the end
     * @throws RejectedExecutionException if too many commands are waited for already
     * @throws IllegalStateException if the client is closed
     */
    public Stream<TaskEvent> follow(String taskId) {
        checkOpen();
        Stream<TaskEvent> events = waiters.follow(taskId);
        if (closed) {
            // close() may have looked before this one waited
            waiters.failAll(closedException());
        }
        return events;
    }

    /**
     * Asks for a task to be cancelled.
     *
     * @param taskId which
     * @param capability the task's
     * @return completes when it is cancelled; exceptionally as a {@link TaskHandle}'s outcome does, with a
     *     {@link TaskRejectedException} also if the task has ended already
     * @throws RejectedExecutionException if too many commands are waited for already
     * @throws IllegalStateException if the client is closed
     */
    public CompletableFuture<Void> cancel(String taskId, String capability) {
        checkOpen();
        String requestId = UUID.randomUUID().toString();
        CompletableFuture<Void> cancelled = waiters.awaitCancellation(taskId, requestId);
        send(new TaskCommand.CancelTask(taskId, capability, requestId, null, null), requestId);
        return cancelled;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open client, but it is closed");
        }
    }

    private void send(TaskCommand command, String requestId) {
        try {
            byte[] value = commands.serialize(null, command);
            producer.send(
                    new ProducerRecord<>(topics.taskCommands(), command.capability(), value),
                    (metadata, error) -> failIf(error, command.taskId(), requestId));
        } catch (KafkaException | IllegalStateException e) {
            failIf(e, command.taskId(), requestId);
        }
        if (closed) {
            // close() may have looked before this command was waited for
            failIf(closedException(), command.taskId(), requestId);
        }
    }

    private void failIf(@Nullable Exception error, String taskId, String requestId) {
        if (error != null) {
            waiters.fail(taskId, requestId, error);
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        // most events are of tasks that nobody here waits for: told apart before anything is parsed
        if (record.key() == null || !waiters.isAwaited(new String(record.key(), StandardCharsets.UTF_8))) {
            return;
        }
        TaskEvent event = events.deserialize(record.topic(), record.value());
        if (event != null) {
            waiters.tell(event);
        }
    }

    private static CancellationException closedException() {
        return new CancellationException("the client was closed before the answer came");
    }

    /**
     * Sends what is under way, ten seconds at most, and gives up all waits with a {@code CancellationException}; the tasks
     * go on. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        producer.close(LAST_SENDS);
        tail.close();
        waiters.failAll(closedException());
    }
}
