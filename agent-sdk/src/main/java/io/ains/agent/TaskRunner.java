package io.ains.agent;

import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskDelivery.TaskRevocation;
import io.ains.protocol.TaskDelivery.TaskTimeoutChange;
import io.ains.protocol.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Runs the handlers: at most {@code max_concurrency} at once of each capability, each attempt once, and says what became
 * of each. {@link #assign}, {@link #revoke} and {@link #tick} are for the thread that reads the assignments;
 * the rest is thread-safe.
 */
final class TaskRunner {
    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

    /** How long an assignment waits for a stopped handler to return; well under the control plane's ack-timeout. */
    private static final Duration SLOT_WAIT = Duration.ofSeconds(3);

    /** How long handlers may take to return once they are interrupted. */
    private static final Duration HANDLERS_END = Duration.ofSeconds(2);

    /** Outcomes beyond the slots that may wait for the brokers, since an assignment can come before the last one's ack. */
    private static final int SPARE_OUTCOMES = 16;

    /**
     * A capability at work.
     *
     * @param leaving handlers that were stopped and have not returned yet
     * @param unsent outcomes that the brokers do not have yet
     */
    private record Desk<I>(Offer<I> offer, Semaphore slots, AtomicInteger leaving, AtomicInteger unsent) {
        static <I> Desk<I> of(Offer<I> offer) {
            return new Desk<>(
                    offer,
                    new Semaphore(offer.capability().maxConcurrency()),
                    new AtomicInteger(),
                    new AtomicInteger());
        }

        /** Nobody takes the outcomes: then no more of them shall be made. */
        boolean isClogged() {
            return unsent.get() >= offer.capability().maxConcurrency() + SPARE_OUTCOMES;
        }
    }

    private final Outbox outbox;
    private final Map<String, Desk<?>> desks;
    private final ExecutorService threads;
    private final Tally tally;
    private final RecentAttempts recent = new RecentAttempts();

    /** By task id. */
    private final ConcurrentMap<String, Attempt> live = new ConcurrentHashMap<>();

    private volatile boolean abandoned;

    private final Object lock = new Object();
    private int jobs;
    private boolean draining;

    TaskRunner(List<Offer<?>> offers, Outbox outbox, ExecutorService threads, Tally tally) {
        this.outbox = outbox;
        this.threads = threads;
        this.tally = tally;
        this.desks = offers.stream()
                .map(Desk::of)
                .collect(Collectors.toUnmodifiableMap(
                        desk -> desk.offer().capability().name(), Function.identity()));
    }

    /** A thread for every slot, for one that waits for it, for its unsent outcome, and for the author's suppliers. */
    static int mostThreads(List<Offer<?>> offers) {
        int slots = offers.stream()
                .mapToInt(offer -> offer.capability().maxConcurrency())
                .sum();
        return 3 * slots + offers.size() * SPARE_OUTCOMES + 1;
    }

    void assign(TaskAssignment assignment) {
        String taskId = assignment.taskId();
        Attempt older = live.get(taskId);
        if (recent.contains(taskId, assignment.attempt())
                || (older != null && older.assignment().attempt() >= assignment.attempt())) {
            about(log.atDebug(), assignment).log("An assignment came twice");
            return;
        }
        if (older != null) {
            // the revocation has not come, or will: the older attempt is over either way
            older.revoke();
        }
        Desk<?> desk = desks.get(assignment.capability());
        if (desk == null) {
            release(assignment, "this agent does not offer " + assignment.capability());
            return;
        }
        if (desk.isClogged()) {
            release(assignment, "the results of earlier tasks do not get through");
            return;
        }
        boolean slot = desk.slots().tryAcquire();
        if (!slot && desk.slots().getQueueLength() >= desk.leaving().get()) {
            release(assignment, "all slots are in use");
            return;
        }
        if (!enter()) {
            if (slot) {
                desk.slots().release();
            }
            release(assignment, "the agent is closing");
            return;
        }
        Attempt attempt = new Attempt(assignment, desk.leaving(), new Bulletin(assignment, outbox));
        recent.add(taskId, assignment.attempt());
        live.put(taskId, attempt);
        try {
            threads.execute(() -> run(attempt, desk, slot));
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // no thread to be had: the reading thread must outlive it
            about(log.atWarn(), assignment).setCause(e).log("No thread for a task");
            if (slot) {
                desk.slots().release();
            }
            live.remove(taskId, attempt);
            leave();
            release(assignment, "no thread is free");
        }
    }

    void revoke(TaskRevocation revocation) {
        Attempt attempt = live.get(revocation.taskId());
        if (attempt != null && attempt.assignment().attempt() <= revocation.attempt() && attempt.revoke()) {
            tally.stopped.increment();
            about(log.atInfo(), attempt.assignment())
                    .addKeyValue("reason", revocation.reason())
                    .log("Task revoked");
        }
    }

    void change(TaskTimeoutChange change) {
        Attempt attempt = live.get(change.taskId());
        if (attempt != null && attempt.assignment().attempt() == change.attempt()) {
            attempt.timeout(Duration.ofSeconds(change.timeoutSeconds()));
        }
    }

    /**
     * To be called a few times a second: sends what handlers have said and was held back, and ends the attempts that have
     * outlived their timeout without a word from the control plane.
     */
    void tick() {
        for (Attempt attempt : live.values()) {
            if (attempt.isRunning()) {
                attempt.bulletin().sendIfDue();
            }
            if (attempt.isOverdue() && attempt.stop()) {
                TaskAssignment assignment = attempt.assignment();
                tally.stopped.increment();
                about(log.atWarn(), assignment).log("Task stopped at its timeout");
                outbox.post(assignment.shard(), Reports.overdue(assignment));
            }
        }
    }

    private <I> void run(Attempt attempt, Desk<I> desk, boolean hasSlot) {
        TaskAssignment assignment = attempt.assignment();
        try {
            if (!hasSlot && !desk.slots().tryAcquire(SLOT_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                if (attempt.stop()) {
                    release(assignment, "all slots are in use");
                }
                return;
            }
            TaskResult.@Nullable Report outcome;
            try {
                outcome = handle(attempt, desk.offer());
            } finally {
                // before the outcome is sent: the next assignment may be here before the acknowledgement is
                desk.slots().release();
            }
            if (outcome != null) {
                desk.unsent().incrementAndGet();
                tally.unsent.incrementAndGet();
                try {
                    deliver(attempt, outcome);
                } finally {
                    tally.unsent.decrementAndGet();
                    desk.unsent().decrementAndGet();
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            about(log.atWarn(), assignment).setCause(e).log("The agent closed before the broker took the outcome");
        } finally {
            live.remove(assignment.taskId(), attempt);
            leave();
        }
    }

    /** Runs the handler; null if nobody wants to know what came of it. */
    private <I> TaskResult.@Nullable Report handle(Attempt attempt, Offer<I> offer) {
        TaskAssignment assignment = attempt.assignment();
        if (!attempt.begin()) {
            return null;
        }
        TaskResult.@Nullable Report outcome = null;
        @Nullable Throwable failure = null;
        try {
            if (!isRefused(outbox.post(assignment.shard(), Reports.started(assignment)))) {
                I input = offer.input(assignment.inputData());
                Object result = call(offer, new HandlerContext<>(attempt, input, outbox.traceOf(assignment.taskId())));
                outcome = Reports.completed(assignment, result);
            }
            // else the broker is away, and the control plane will take back what it thinks nobody has started
        } catch (Throwable e) { // whatever the author's code throws is the task's failure, not the agent's
            failure = e;
            outcome = Reports.failed(assignment, e);
        }
        boolean counts = attempt.end();
        // an interrupt that was meant for the handler must not meet the sending of its outcome
        boolean interrupted = Thread.interrupted();
        if (!counts) {
            about(log.atDebug(), assignment)
                    .addKeyValue("interrupted", interrupted)
                    .log("A stopped handler has returned");
            return null;
        }
        if (failure != null) {
            about(log.atWarn(), assignment).setCause(failure).log("Task failed");
        }
        if (outcome != null) {
            (outcome instanceof TaskResult.Completed ? tally.completed : tally.failed).increment();
            attempt.bulletin().sendLastLines();
        }
        return outcome;
    }

    private <I> @Nullable Object call(Offer<I> offer, TaskContext<I> task) throws Exception {
        tally.running.incrementAndGet();
        long begun = System.nanoTime();
        try {
            return offer.handler().handle(task);
        } finally {
            tally.handlerNanos.add(System.nanoTime() - begun);
            tally.handled.increment();
            tally.running.decrementAndGet();
        }
    }

    /** A right that is missing does not count: the broker's word for it may come before or after this look. */
    private static boolean isRefused(Future<?> sent) throws InterruptedException {
        try {
            if (sent.isDone()) {
                sent.get();
            }
            return false;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof AuthorizationException);
        }
    }

    private void deliver(Attempt attempt, TaskResult.Report outcome) throws InterruptedException {
        TaskAssignment assignment = attempt.assignment();
        BooleanSupplier wanted = () -> !abandoned && attempt.isOutcomeWanted();
        Outbox.Delivery delivery = outbox.deliver(assignment.shard(), outcome, wanted);
        if (delivery == Outbox.Delivery.TOO_LARGE) {
            delivery = outbox.deliver(assignment.shard(), Reports.tooLargeForBroker(assignment), wanted);
        }
        if (delivery != Outbox.Delivery.DELIVERED) {
            about(log.atWarn(), assignment).log("A task's outcome was dropped");
        }
    }

    private void release(TaskAssignment assignment, String reason) {
        tally.released.increment();
        about(log.atInfo(), assignment).addKeyValue("reason", reason).log("Task released");
        outbox.post(assignment.shard(), Reports.released(assignment, reason));
    }

    private boolean enter() {
        synchronized (lock) {
            if (draining) {
                return false;
            }
            jobs++;
            return true;
        }
    }

    private void leave() {
        synchronized (lock) {
            jobs--;
            lock.notifyAll();
        }
    }

    boolean isOnHandlerThread() {
        return live.values().stream().anyMatch(attempt -> attempt.runsOn(Thread.currentThread()));
    }

    /**
     * Takes nothing new, lets the handlers end, and gives back what has not ended in time.
     *
     * @throws InterruptedException if the caller is told to hurry
     */
    void drain(Duration timeout) throws InterruptedException {
        synchronized (lock) {
            draining = true;
        }
        awaitIdle(Deadline.in(timeout));
        List<Attempt> stopped = live.values().stream().filter(Attempt::stop).toList();
        if (!stopped.isEmpty()) {
            // a task that is given back runs elsewhere at once: its handler here should have come to rest by then
            awaitIdle(Deadline.in(HANDLERS_END));
            stopped.forEach(attempt -> release(attempt.assignment(), "the agent is closing"));
        }
    }

    private void awaitIdle(Deadline deadline) throws InterruptedException {
        synchronized (lock) {
            while (jobs > 0 && !deadline.passed()) {
                lock.wait(deadline.left().toMillis() + 1);
            }
        }
    }

    /** Takes nothing new and says nothing more: another session has the tasks. Does not wait. */
    void abandon() {
        synchronized (lock) {
            draining = true;
        }
        abandoned = true;
        live.values().forEach(Attempt::stop);
    }

    /** Ends the threads; after this nothing may be assigned. */
    void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(HANDLERS_END.toMillis(), TimeUnit.MILLISECONDS)) {
                log.atWarn()
                        .addKeyValue("task_ids", live.keySet())
                        .log("Handlers go on in spite of their interrupt; their outcomes are dropped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LoggingEventBuilder about(LoggingEventBuilder event, TaskAssignment assignment) {
        return event.addKeyValue("agent_id", assignment.agentId())
                .addKeyValue("task_id", assignment.taskId())
                .addKeyValue("capability", assignment.capability())
                .addKeyValue("attempt", assignment.attempt());
    }
}
