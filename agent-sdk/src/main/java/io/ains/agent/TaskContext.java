package io.ains.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One attempt of one task, as its handler sees it. Safe for use by many threads.
 *
 * @param <I> the input
 */
public interface TaskContext<I> {
    /** The task's id, which is the same for every attempt: a key for the handler's own idempotence. */
    String taskId();

    /** Which attempt this is: 1, 2, 3 … */
    int attempt();

    /** The capability that was asked for. */
    String capability();

    /** Whose task it is. */
    String clientId();

    /** The client's own classification. */
    String taskType();

    /** What is to be worked on; for a {@code JsonNode}, JSON's null if the task has no input. */
    I input();

    /** The client's own remarks; JSON's null if there are none. */
    JsonNode metadata();

    /**
     * The trace that the task belongs to, as W3C's {@code traceparent}: the parent of what the handler does, for whoever
     * traces. Null if its client does not.
     */
    @Nullable
    String traceparent();

    /** Whether the attempt is over for this agent: the result will be dropped, so the handler should return. */
    boolean isCancelled();

    /** When the attempt is over by the task's timeout, on this machine's clock. Moves when the timeout is changed. */
    Instant deadline();

    /**
     * Says how far the handler has come. May be called freely: one report a second and attempt is sent, with the latest
     * of what was said; while the brokers are away, one waits for them.
     *
     * @param percent 0 to 100; what lies outside is cut off
     * @param message for people, or null; cut off after 1,000 characters
     */
    void progress(double percent, @Nullable String message);

    /**
     * Writes a line into the task's history, with the next report of {@link #progress}, or without one. Of the lines of
     * one second the last 1,000 characters are kept.
     *
     * @param line for people
     */
    void log(String line);
}
