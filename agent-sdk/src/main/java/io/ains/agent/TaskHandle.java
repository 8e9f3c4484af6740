package io.ains.agent;

import java.util.concurrent.CompletableFuture;

/**
 * A task that was submitted. To cancel one of the futures, or to time it out, only ends the wait: for the task itself
 * there is {@link TaskClient#cancel}. What is chained to a future without an executor runs on the client's reading
 * thread, and must not block it.
 *
 * @param taskId which
 * @param accepted completes when the control plane has the task and will not lose it
 * @param outcome completes when the task has ended, in whatever way; exceptionally only if that will not be known here:
 *     with a {@link TaskRejectedException} if it was refused, with Kafka's exception if it could not be written, with a
 *     {@code CancellationException} if the client was closed
 */
public record TaskHandle(String taskId, CompletableFuture<Void> accepted, CompletableFuture<TaskOutcome> outcome) {}
