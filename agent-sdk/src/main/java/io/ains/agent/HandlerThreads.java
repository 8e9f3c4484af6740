package io.ains.agent;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for the author's code: virtual where the JDK has them, else a pool that grows as it is needed. */
final class HandlerThreads {
    private static final long IDLE_SECONDS = 60;

    private HandlerThreads() {}

    /**
     * Makes them.
     *
     * @param agentId for their names
     * @param most of platform threads; beyond that work is rejected. Virtual ones cost next to nothing, and the slots
     *     bound them
     */
    static ExecutorService create(String agentId, int most) {
        try {
            // looked up by name, because the code is compiled for Java 17
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            AtomicInteger number = new AtomicInteger();
            return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "ains-handler-" + agentId + "-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("expected to make virtual threads, but " + e, e);
        }
    }
}
