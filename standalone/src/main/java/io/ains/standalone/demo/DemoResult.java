package io.ains.standalone.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a demo came to.
 *
 * @param submitted tasks that were submitted and not refused
 * @param completed those that ended with a result
 * @param failed those that ended without one
 * @param lost those whose end no topic tells
 * @param p50Ms median from the submission to the first start, milliseconds
 * @param p99Ms 99th percentile of it
 * @param tasksPerS ended tasks per second, from the first submission to the last end
 * @param startupMs from the start of the JVM until AINS was ready, milliseconds
 * @param firstCompletedMs from the start of the JVM to the end of the first task; null if none was completed
 */
public record DemoResult(
        long submitted,
        long completed,
        long failed,
        long lost,
        @JsonProperty("p50_ms") long p50Ms,
        @JsonProperty("p99_ms") long p99Ms,
        double tasksPerS,
        long startupMs,
        @Nullable Long firstCompletedMs) {
    /**
     * With the times that only the command knows.
     *
     * @param startup milliseconds
     * @param jvmStarted milliseconds since the epoch, from which {@code firstCompletedMs} is counted instead
     */
    public DemoResult withStart(long startup, long jvmStarted) {
        return new DemoResult(
                submitted,
                completed,
                failed,
                lost,
                p50Ms,
                p99Ms,
                tasksPerS,
                startup,
                firstCompletedMs == null ? null : firstCompletedMs - jvmStarted);
    }

    /** Whether there were tasks, and each came to an end. */
    @JsonIgnore
    public boolean succeeded() {
        return submitted > 0 && lost == 0 && completed + failed == submitted;
    }

    /** For people. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "%d tasks submitted: %d completed, %d failed, %d lost; from submit to start p50 %d ms, p99 %d ms;"
                        + " %.1f tasks/s; ready after %.1f s",
                submitted,
                completed,
                failed,
                lost,
                p50Ms,
                p99Ms,
                tasksPerS,
                startupMs / 1000.0);
    }
}
