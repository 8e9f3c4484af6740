package io.ains.standalone.demo;

import io.ains.agent.TaskClient;
import io.ains.agent.TaskHandle;
import io.ains.agent.TaskOutcome;
import io.ains.agent.TaskRejectedException;
import io.ains.protocol.Json;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Submits tasks of mixed capabilities and priorities at an even rate, on a thread of its own. */
final class Load implements AutoCloseable {
    private static final String CLIENT_ID = "demo";
    /** Half of the tasks are small ones. */
    private static final List<String> MIX = List.of("embed", "embed", "embed", "translate", "translate", "summarize");

    private static final int MAX_PRIORITY = 10;
    /** For how many tasks its client must be able to wait. */
    static final int MAX_PENDING = 100_000;

    private static final long ROUND_MS = 10;
    private static final Duration KNOWN_TIMEOUT = Duration.ofSeconds(30);
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final String idPrefix;
    private final OpenTasks open;
    private final Consumer<TaskOutcome> ended;
    private final int perSecond;
    private final TaskClient client;
    private final Thread thread = new Thread(this::submitEvenly, "demo-load");
    private long sequence;
    private volatile boolean stopped;

    /**
     * A load that is not started yet.
     *
     * @param client whose tasks they are; closed with the load
     * @param idPrefix of the tasks' ids, which nobody else may have used
     * @param perSecond tasks
     * @param open gets to know each task that is submitted
     * @param ended gets each outcome, on the client's reading thread, which it must not block
     */
    Load(TaskClient client, String idPrefix, int perSecond, OpenTasks open, Consumer<TaskOutcome> ended) {
        this.client = client;
        this.idPrefix = idPrefix;
        this.perSecond = perSecond;
        this.open = open;
        this.ended = ended;
    }

    /** Starts to submit, once the dispatcher has heard of every capability. */
    void start() {
        MIX.stream().distinct().forEach(this::awaitKnown);
        thread.setDaemon(true);
        thread.start();
    }

    /** The dispatcher learns of a capability a moment after its first agent has registered. */
    private void awaitKnown(String capability) {
        long deadline = System.nanoTime() + KNOWN_TIMEOUT.toNanos();
        while (true) {
            try {
                submit(capability).join();
                return;
            } catch (CompletionException e) {
                boolean early = e.getCause() instanceof TaskRejectedException refusal
                        && refusal.code() == RejectionCode.UNKNOWN_CAPABILITY;
                if (!early || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private void submitEvenly() {
        long began = System.nanoTime();
        long due = 0;
        while (!stopped) {
            long wanted = (long) ((System.nanoTime() - began) * (double) perSecond / TimeUnit.SECONDS.toNanos(1));
            try {
                for (; due < wanted; due++) {
                    // What became of it, the topics tell.
                    var unused = submit(MIX.get(ThreadLocalRandom.current().nextInt(MIX.size())));
                }
            } catch (RejectedExecutionException e) {
                // Too many are waited for: the rest of the round is not submitted.
                due = wanted;
            }
            pause();
        }
    }

    private CompletableFuture<Void> submit(String capability) {
        String taskId = idPrefix + sequence++;
        TaskSpec task = TaskSpec.of(taskId, CLIENT_ID, capability)
                .priority(ThreadLocalRandom.current().nextInt(1, MAX_PRIORITY + 1))
                .inputData(Json.MAPPER.createObjectNode().put("text", "the quick brown fox"))
                .build();
        open.submitted(taskId, System.currentTimeMillis());
        try {
            TaskHandle handle = client.submit(task);
            handle.outcome().thenAccept(ended);
            return handle.accepted().whenComplete((accepted, failure) -> refuseIf(failure, taskId));
        } catch (RejectedExecutionException e) {
            open.refused(taskId);
            throw e;
        }
    }

    private void refuseIf(@Nullable Throwable failure, String taskId) {
        if (failure != null) {
            open.refused(taskId);
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ROUND_MS);
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }

    /** Submits nothing more; the answers are still waited for. */
    void stop() {
        stopped = true;
        try {
            thread.join(STOP_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        client.close();
    }
}
