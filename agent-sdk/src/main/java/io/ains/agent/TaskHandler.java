package io.ains.agent;

import org.jspecify.annotations.Nullable;

/**
 * Does the tasks of one capability. Called by as many threads at once as the capability's {@code max_concurrency}
 * allows; virtual ones where the JDK has them.
 *
 * @param <I> the input: a {@code JsonNode}, or the author's own type
 * @param <O> the result: anything that Jackson can write
 */
@FunctionalInterface
public interface TaskHandler<I, O> {
    /**
     * Does one attempt of one task. The thread is interrupted when the attempt is revoked, runs past its deadline, or
     * outlasts the drain of a closing agent; what the handler returns or throws after that is dropped.
     *
     * @param task what is to be done
     * @return the task's result, at most 1 MiB of JSON less an envelope of 4 KiB; null for none
     * @throws NonRetryableTaskException if another attempt cannot help
     * @throws Exception anything else fails the attempt, and the task is retried by its own policy
     */
    @Nullable
    O handle(TaskContext<I> task) throws Exception;
}
