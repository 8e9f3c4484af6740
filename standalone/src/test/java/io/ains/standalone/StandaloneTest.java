package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StandaloneTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    @Timeout(60)
    void shouldStopInBoundedTimeThoughTheBrokerIsGone() {
        Standalone ains = Standalone.start(StandaloneSettings.in(folder));
        ains.broker().stop();
        long began = System.nanoTime();

        ains.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(36));
    }

    @Test
    @Timeout(60)
    void shouldLeaveNothingRunningWhenItIsGivenUp() {
        StandaloneSettings settings = StandaloneSettings.in(folder);

        assertThatThrownBy(() -> Standalone.start(settings, () -> true)).isInstanceOf(CancellationException.class);

        // The folder's lock is free again, and so are the state directories'.
        Standalone.start(settings).close();
    }

    @Test
    @Timeout(10)
    void shouldNotWaitForWhatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);

        boolean ended = Together.run(
                Duration.ofMillis(200),
                List.of(
                        () -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        () -> {
                            throw new IllegalStateException("badly");
                        },
                        other::countDown));

        assertThat(ended).isFalse();
        assertThat(other.getCount()).isZero();
    }
}
