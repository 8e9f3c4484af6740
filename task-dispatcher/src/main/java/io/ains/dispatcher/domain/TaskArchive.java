package io.ains.dispatcher.domain;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where results of ended tasks are kept, since memory is too small for them. */
@FunctionalInterface
public interface TaskArchive {
    /**
     * The result of a task that is COMPLETED and still remembered.
     *
     * @param taskId the task
     * @return its result; null if it had none, or one too large to be kept
     */
    @Nullable
    JsonNode resultOf(String taskId);
}
