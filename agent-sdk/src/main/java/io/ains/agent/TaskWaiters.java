package io.ains.agent;

import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskStatus;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Who waits for which task, bounded in number. Thread-safe. */
final class TaskWaiters {
    /** One command, and what it waits for. */
    private abstract static class Waiter {
        final String requestId;

        Waiter(String requestId) {
            this.requestId = requestId;
        }

        abstract CompletableFuture<?> end();

        abstract void on(TaskEvent event);

        void fail(Throwable error) {
            end().completeExceptionally(error);
        }

        boolean answeredBy(TaskEvent event) {
            return requestId.equals(event.requestId());
        }

        /** Whether the event refuses this command; then it has failed. */
        boolean refusedBy(TaskEvent event) {
            if (event instanceof TaskEvent.CommandRejected rejected && answeredBy(event)) {
                fail(new TaskRejectedException(rejected.taskId(), rejected.code(), rejected.message()));
                return true;
            }
            return false;
        }
    }

    private static final class Submission extends Waiter {
        final TaskHandle handle;

        Submission(String requestId, String taskId) {
            super(requestId);
            handle = new TaskHandle(taskId, new CompletableFuture<>(), new CompletableFuture<>());
        }

        @Override
        CompletableFuture<?> end() {
            return handle.outcome();
        }

        @Override
        void fail(Throwable error) {
            handle.accepted().completeExceptionally(error);
            super.fail(error);
        }

        @Override
        void on(TaskEvent event) {
            if (refusedBy(event)) {
                return;
            }
            TaskOutcome outcome = outcomeOf(event);
            boolean repeated = event instanceof TaskEvent.SubmissionRepeated;
            if (repeated && !answeredBy(event)) {
                return;
            }
            if (repeated || outcome != null || (event instanceof TaskEvent.Submitted && answeredBy(event))) {
                handle.accepted().complete(null);
            }
            if (outcome != null) {
                handle.outcome().complete(outcome);
            }
        }
    }

    private static final class Cancellation extends Waiter {
        final CompletableFuture<Void> done = new CompletableFuture<>();

        Cancellation(String requestId) {
            super(requestId);
        }

        @Override
        CompletableFuture<?> end() {
            return done;
        }

        @Override
        void on(TaskEvent event) {
            if (!refusedBy(event) && event instanceof TaskEvent.Cancelled && answeredBy(event)) {
                done.complete(null);
            }
        }
    }

    /** One who reads along; what it has not read yet is bounded. */
    private static final class Follower extends Waiter {
        private static final int MOST_UNREAD = 256;

        /** What comes next: an event, or else the end, which may have a reason. */
        private record Item(
                @Nullable TaskEvent event, @Nullable Throwable error) {}

        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final BlockingQueue<Item> unread = new LinkedBlockingQueue<>();

        Follower() {
            super("");
        }

        @Override
        CompletableFuture<?> end() {
            return end;
        }

        @Override
        void fail(Throwable error) {
            if (end.completeExceptionally(error)) {
                unread.add(new Item(null, error));
            }
        }

        @Override
        void on(TaskEvent event) {
            if (end.isDone()) {
                return;
            }
            if (unread.size() >= MOST_UNREAD) {
                fail(new IllegalStateException("expected the events of " + event.taskId()
                        + " to be read as they come, but " + MOST_UNREAD + " of them are waiting"));
                return;
            }
            unread.add(new Item(event, null));
            boolean neverWas = event instanceof TaskEvent.CommandRejected rejected && rejected.status() == null;
            if ((neverWas || outcomeOf(event) != null) && end.complete(null)) {
                unread.add(new Item(null, null));
            }
        }

        Stream<TaskEvent> events() {
            return StreamSupport.stream(
                            new Spliterators.AbstractSpliterator<TaskEvent>(
                                    Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                                @Override
                                public boolean tryAdvance(Consumer<? super TaskEvent> action) {
                                    TaskEvent event = next();
                                    if (event != null) {
                                        action.accept(event);
                                    }
                                    return event != null;
                                }
                            },
                            false)
                    .onClose(() -> end.cancel(false));
        }

        private @Nullable TaskEvent next() {
            try {
                Item item = unread.take();
                if (item.event == null) {
                    // so that it is found again by whoever asks again
                    unread.add(item);
                }
                if (item.error instanceof RuntimeException error) {
                    throw error;
                }
                return item.event;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end.cancel(false);
                throw new CancellationException("interrupted while waiting for an event");
            }
        }
    }

    private final ConcurrentMap<String, List<Waiter>> byTask = new ConcurrentHashMap<>();
    private final int most;
    private final Semaphore free;

    TaskWaiters(int most) {
        this.most = most;
        this.free = new Semaphore(most);
    }

    /**
     * Waits for the end of a task that is about to be submitted.
     *
     * @throws RejectedExecutionException if too many wait already
     */
    TaskHandle awaitOutcome(String taskId, String requestId) {
        Submission submission = new Submission(requestId, taskId);
        add(taskId, submission);
        return submission.handle;
    }

    /**
     * Waits for the answer to a cancellation that is about to be sent.
     *
     * @throws RejectedExecutionException if too many wait already
     */
    CompletableFuture<Void> awaitCancellation(String taskId, String requestId) {
        Cancellation cancellation = new Cancellation(requestId);
        add(taskId, cancellation);
        return cancellation.done;
    }

    /**
     * Reads along from now on.
     *
     * @throws RejectedExecutionException if too many wait already
     */
    Stream<TaskEvent> follow(String taskId) {
        Follower follower = new Follower();
        add(taskId, follower);
        return follower.events();
    }

    private void add(String taskId, Waiter waiter) {
        if (!free.tryAcquire()) {
            throw new RejectedExecutionException("expected at most " + most + " commands to wait for, but got another");
        }
        byTask.compute(taskId, (id, waiters) -> {
            List<Waiter> all = waiters == null ? new CopyOnWriteArrayList<>() : waiters;
            all.add(waiter);
            return all;
        });
        // also when its user gives up, so that nobody is waited for who has gone
        waiter.end().whenComplete((end, error) -> remove(taskId, waiter));
    }

    private void remove(String taskId, Waiter waiter) {
        byTask.computeIfPresent(taskId, (id, waiters) -> {
            waiters.remove(waiter);
            return waiters.isEmpty() ? null : waiters;
        });
        free.release();
    }

    boolean isAwaited(String taskId) {
        return byTask.containsKey(taskId);
    }

    /** Tells those who wait for the event's task. */
    void tell(TaskEvent event) {
        byTask.getOrDefault(event.taskId(), List.of()).forEach(waiter -> waiter.on(event));
    }

    /** The command was not written. */
    void fail(String taskId, String requestId, Throwable error) {
        byTask.getOrDefault(taskId, List.of()).stream()
                .filter(waiter -> waiter.requestId.equals(requestId))
                .forEach(waiter -> waiter.fail(error));
    }

    void failAll(Throwable error) {
        byTask.values().forEach(waiters -> waiters.forEach(waiter -> waiter.fail(error)));
    }

    /** The end that an event tells of; null if it is none. */
    private static @Nullable TaskOutcome outcomeOf(TaskEvent event) {
        String id = event.taskId();
        if (event instanceof TaskEvent.Completed end) {
            return new TaskOutcome(id, TaskStatus.COMPLETED, end.resultData(), null, end.attempt(), end.agentId());
        }
        if (event instanceof TaskEvent.Failed end) {
            return new TaskOutcome(id, TaskStatus.FAILED, null, end.errorMessage(), end.attempt(), end.agentId());
        }
        if (event instanceof TaskEvent.Cancelled end) {
            return new TaskOutcome(id, TaskStatus.CANCELLED, null, end.reason(), end.attempt(), end.agentId());
        }
        if (event instanceof TaskEvent.Expired end) {
            String message = "expected to end before its expires_at, but that has passed";
            return new TaskOutcome(id, TaskStatus.EXPIRED, null, message, end.attempt(), end.agentId());
        }
        if (event instanceof TaskEvent.SubmissionRepeated end && end.status().isTerminal()) {
            return new TaskOutcome(id, end.status(), end.resultData(), end.errorMessage(), end.attempt(), null);
        }
        return null;
    }
}
