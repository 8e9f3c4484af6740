package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class HandlerThreadsTest {
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void shouldBeVirtualWhereTheJdkHasThem() throws Exception {
        ExecutorService threads = HandlerThreads.create("agent", 1);
        try {
            CompletableFuture<Thread> seen = new CompletableFuture<>();
            threads.execute(() -> seen.complete(Thread.currentThread()));

            Object isVirtual = Thread.class.getMethod("isVirtual").invoke(seen.get(10, TimeUnit.SECONDS));

            assertThat(isVirtual).isEqualTo(true);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void shouldBeABoundedPoolOfDaemonsElsewhere() throws Exception {
        ExecutorService threads = HandlerThreads.create("agent", 1);
        CountDownLatch end = new CountDownLatch(1);
        try {
            CompletableFuture<Thread> seen = new CompletableFuture<>();
            threads.execute(() -> {
                seen.complete(Thread.currentThread());
                awaitOrEnd(end);
            });

            assertThat(seen.get(10, TimeUnit.SECONDS).isDaemon()).isTrue();
            assertThatThrownBy(() -> threads.execute(() -> awaitOrEnd(end)))
                    .isInstanceOf(RejectedExecutionException.class);
        } finally {
            end.countDown();
            threads.shutdownNow();
        }
    }

    private static void awaitOrEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
