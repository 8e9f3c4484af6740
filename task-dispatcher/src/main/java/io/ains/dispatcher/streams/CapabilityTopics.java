package io.ains.dispatcher.streams;

import io.ains.service.TopicProvisioner;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes capabilities' topics beside the stream thread: a Streams task that forwards to a topic that is not there blocks
 * its whole thread and then dies. Used on the stream thread.
 */
final class CapabilityTopics implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CapabilityTopics.class);
    private static final Executor RETRY_DELAY = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final TopicProvisioner provisioner;
    private final Queue<String> ready = new ConcurrentLinkedQueue<>();
    private int awaited;
    private volatile boolean closed;

    CapabilityTopics(TopicProvisioner provisioner) {
        this.provisioner = provisioner;
    }

    /** Starts to make a topic, and goes on until it is there. */
    void ensure(String capability) {
        awaited++;
        make(capability);
    }

    private void make(String capability) {
        provisioner.ensureCapabilityTopic(capability).whenComplete((nothing, failure) -> {
            if (failure == null) {
                ready.add(capability);
            } else if (!closed) {
                log.atWarn()
                        .addKeyValue("capability", capability)
                        .log("cannot make the capability's topic yet, its tasks wait: {}", failure.getMessage());
                RETRY_DELAY.execute(() -> make(capability));
            }
        });
    }

    /** Hands over the capabilities whose topics are there now. */
    void drainReady(Consumer<String> opened) {
        for (String capability = ready.poll(); capability != null; capability = ready.poll()) {
            awaited--;
            opened.accept(capability);
        }
    }

    /** Whether some topic was asked for that has not been handed over. */
    boolean isWaiting() {
        return awaited > 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
