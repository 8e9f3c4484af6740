package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalLimiterTest {
    private final RefusalLimiter limiter = new RefusalLimiter();

    @Test
    void shouldAllowOneAMinuteForEachId() {
        assertThat(limiter.allows("a", 0)).isTrue();
        assertThat(limiter.allows("b", 1)).isTrue();
        assertThat(limiter.allows("a", RefusalLimiter.PAUSE_MS - 1)).isFalse();
        assertThat(limiter.allows("a", RefusalLimiter.PAUSE_MS)).isTrue();
    }

    @Test
    void shouldAllowNobodyWhileItIsFull() {
        IntStream.range(0, RefusalLimiter.MAX_IDS).forEach(i -> limiter.allows("id" + i, 0));

        assertThat(limiter.allows("one more", 0)).isFalse();
        assertThat(limiter.allows("one more", RefusalLimiter.PAUSE_MS)).isTrue();
    }
}
