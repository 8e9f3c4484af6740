package io.ains.standalone.demo;

import io.ains.agent.TaskClientBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Submits tasks to an AINS that others use too, and counts the ends of its own. */
public final class RunningLoad {
    private static final Duration LOOK = Duration.ofMillis(50);

    /**
     * What came of a load.
     *
     * @param submitted tasks that were accepted
     * @param completed those that ended with a result
     * @param failed those that ended without one
     * @param lost those that did not end in time
     */
    public record Result(long submitted, long completed, long failed, long lost) {
        /** Whether there were tasks, and each came to an end. */
        public boolean succeeded() {
            return submitted > 0 && lost == 0 && completed + failed == submitted;
        }
    }

    private RunningLoad() {}

    /**
     * Runs it.
     *
     * @param kafka where Kafka is
     * @param rate tasks per second
     * @param length how long tasks are submitted
     * @param drain how long their ends are waited for after that
     * @param stopped waits as long as it is told, and tells whether the load is to end before its time
     */
    public static Result run(
            TaskClientBuilder kafka, int rate, Duration length, Duration drain, Predicate<Duration> stopped) {
        OpenTasks open = new OpenTasks();
        AtomicLong completed = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        String idPrefix = "load-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-";
        try (Load load = new Load(kafka.maxPending(Load.MAX_PENDING).connect(), idPrefix, rate, open, outcome -> {
            (outcome.isCompleted() ? completed : failed).incrementAndGet();
            open.ended(outcome.taskId());
        })) {
            load.start();
            boolean cut = stopped.test(length);
            load.stop();
            long deadline = System.nanoTime() + (cut ? Duration.ZERO : drain).toNanos();
            while (open.count() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Result(open.total(), completed.get(), failed.get(), open.count());
    }
}
