package io.ains.agent;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What the author's suppliers say, asked on a thread that they may block: a supplier that hangs must not stop the
 * heartbeat, which would declare an agent dead that only measures itself slowly. For one thread.
 */
final class Vitals {
    /**
     * One answer.
     *
     * @param health never OFFLINE
     * @param metrics a copy
     */
    record Sample(HealthStatus health, Map<String, Object> metrics) {}

    private static final Logger log = LoggerFactory.getLogger(Vitals.class);
    private static final int MAX_METRICS_BYTES = 4096;

    /** For the figure that the heartbeat itself adds. */
    private static final int RESERVED_BYTES = 64;

    private final Supplier<? extends Map<String, ?>> metrics;
    private final Supplier<HealthStatus> health;
    private final Executor threads;
    private final Duration patience;
    private Sample last = new Sample(HealthStatus.ACTIVE, Map.of());
    private CompletableFuture<Sample> asked = CompletableFuture.completedFuture(last);

    Vitals(
            Supplier<? extends Map<String, ?>> metrics,
            Supplier<HealthStatus> health,
            Executor threads,
            Duration patience) {
        this.metrics = metrics;
        this.health = health;
        this.threads = threads;
        this.patience = patience;
    }

    /** The present answer; or the last one, if the present one takes too long. */
    Sample sample() throws InterruptedException {
        try {
            if (asked.isDone()) {
                asked = CompletableFuture.supplyAsync(() -> new Sample(askHealth(), askMetrics()), threads);
            }
            last = asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.debug("The suppliers of metrics and health take long; the last answer counts");
        } catch (ExecutionException | RejectedExecutionException e) {
            log.warn("The suppliers of metrics and health were not asked", e);
        }
        return last;
    }

    private HealthStatus askHealth() {
        try {
            // what is not ACTIVE wants no new tasks; OFFLINE would be a goodbye that only close() may say
            return health.get() == HealthStatus.ACTIVE ? HealthStatus.ACTIVE : HealthStatus.DEGRADED;
        } catch (RuntimeException e) {
            log.warn("The supplier of health failed, which counts as DEGRADED", e);
            return HealthStatus.DEGRADED;
        }
    }

    private Map<String, Object> askMetrics() {
        try {
            Map<String, Object> copy = new LinkedHashMap<>(metrics.get());
            int size = Json.MAPPER.writeValueAsBytes(copy).length;
            if (size <= MAX_METRICS_BYTES - RESERVED_BYTES) {
                return copy;
            }
            log.atWarn()
                    .addKeyValue("bytes", size)
                    .log("The metrics were left out: expected at most {} bytes", MAX_METRICS_BYTES - RESERVED_BYTES);
        } catch (JacksonException e) {
            log.warn("The metrics were left out: they cannot be written as JSON", e);
        } catch (RuntimeException e) {
            log.warn("The supplier of metrics failed", e);
        }
        return Map.of();
    }
}
