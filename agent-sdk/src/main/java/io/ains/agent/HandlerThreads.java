package io.ains.agent;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for the author's code: virtual where the JDK has them, else cached. How many is for the slots to say. */
final class HandlerThreads {
    private HandlerThreads() {}

    static ExecutorService create(String agentId) {
        try {
            // looked up by name, because the code is compiled for Java 17
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            AtomicInteger number = new AtomicInteger();
            return Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "ains-handler-" + agentId + "-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("expected to make virtual threads, but " + e, e);
        }
    }
}
