package io.ains.agent;

import io.ains.protocol.HealthStatus;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the heartbeats, on a thread that does nothing else, so that no handler can hold them up. During an outage one
 * heartbeat waits for the broker, not a queue of them.
 */
final class Heart {
    private static final Logger log = LoggerFactory.getLogger(Heart.class);
    private static final long JOIN_MILLIS = 3_000;

    private final String agentId;
    private final String sessionId;
    private final Duration interval;
    private final Vitals vitals;
    private final Outbox outbox;
    private final Tally tally;
    private final Thread thread;
    private final long startedAt = System.nanoTime();

    /** Ends the wait for the next heartbeat. */
    private final Semaphore bell = new Semaphore(0);

    private volatile boolean leaving;
    private volatile boolean stopped;

    /** For the thread alone. */
    private Future<?> sent = CompletableFuture.completedFuture(null);

    private HealthStatus said = HealthStatus.ACTIVE;
    private boolean failing;

    /** The latest since the last heartbeat that was sent. */
    private long latenessNanos;

    Heart(String agentId, String sessionId, Duration interval, Vitals vitals, Outbox outbox, Tally tally) {
        this.agentId = agentId;
        this.sessionId = sessionId;
        this.interval = interval;
        this.vitals = vitals;
        this.outbox = outbox;
        this.tally = tally;
        thread = new Thread(this::run, "ains-heartbeat-" + agentId);
        thread.setDaemon(true);
    }

    /** The first heartbeat goes out at once. */
    void start() {
        thread.start();
    }

    /** Says OFFLINE at once, and from then on. */
    void sayGoodbye() {
        leaving = true;
        bell.release();
    }

    private void run() {
        long due = System.nanoTime();
        try {
            while (!stopped) {
                long now = System.nanoTime();
                measure(Math.max(0, now - due));
                beat();
                // after a pause of the process one heartbeat is due, not all that were missed
                due = now - due < interval.toNanos() ? due + interval.toNanos() : now + interval.toNanos();
                if (bell.tryAcquire(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    due = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            log.debug("The heartbeat thread was told to end", e);
        }
    }

    private void measure(long lateNanos) {
        tally.latenessNanos = lateNanos;
        latenessNanos = Math.max(latenessNanos, lateNanos);
        if (lateNanos > interval.toNanos()) {
            log.atWarn()
                    .addKeyValue("agent_id", agentId)
                    .addKeyValue("lateness_ms", TimeUnit.NANOSECONDS.toMillis(lateNanos))
                    .log(
                            "A heartbeat is late: the process stood still, by garbage collection or for want of a processor");
        }
    }

    private void beat() throws InterruptedException {
        try {
            Vitals.Sample sample = vitals.sample();
            HealthStatus status = leaving ? HealthStatus.OFFLINE : sample.health();
            if (!sent.isDone() && status == said) {
                return;
            }
            checkLast();
            Map<String, Object> metrics = new LinkedHashMap<>(sample.metrics());
            metrics.put("heartbeat_lateness_ms", TimeUnit.NANOSECONDS.toMillis(latenessNanos));
            sent = outbox.heartbeat(new Heartbeat(
                    agentId,
                    sessionId,
                    status,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt),
                    Json.MAPPER.valueToTree(metrics)));
            said = status;
            latenessNanos = 0;
        } catch (RuntimeException | OutOfMemoryError e) {
            // the thread is the agent's life: it outlives whatever one heartbeat ran into
            note(e);
        }
    }

    private void checkLast() throws InterruptedException {
        try {
            if (sent.isDone()) {
                sent.get();
                failing = false;
            }
        } catch (ExecutionException e) {
            note(e);
        }
    }

    private void note(Throwable error) {
        if (!failing) {
            failing = true;
            log.atWarn().addKeyValue("agent_id", agentId).setCause(error).log("Heartbeats fail; they go on");
        }
    }

    /** Ends the thread, and waits for it unless it is the caller. */
    void close() {
        stopped = true;
        thread.interrupt();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
