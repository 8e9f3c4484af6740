package io.ains.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions from where they ended when it was made, on a thread of its own, through outages of any length. One
 * thread makes it and starts it; any may close it.
 */
final class Tail {
    private static final Logger log = LoggerFactory.getLogger(Tail.class);

    /** How long a poll waits, and so how often {@code tick} runs. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<ConsumerRecord<byte[], byte[]>> sink;
    private final Runnable tick;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * Fixes the positions: what is committed after this returns will be read.
     *
     * @param thread's name
     * @param daemon whether the process may end while it runs
     * @param sink gets every record, on the thread
     * @param tick runs on the thread four times a second, however many records there are
     * @throws KafkaException if the positions are not known before the deadline, or a broker refuses
     */
    Tail(
            Map<String, Object> settings,
            Collection<TopicPartition> partitions,
            String thread,
            boolean daemon,
            Consumer<ConsumerRecord<byte[], byte[]>> sink,
            Runnable tick,
            Deadline deadline) {
        this.sink = sink;
        this.tick = tick;
        this.thread = new Thread(this::run, thread);
        this.thread.setDaemon(daemon);
        consumer = new KafkaConsumer<>(settings);
        try {
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            for (TopicPartition partition : partitions) {
                consumer.position(partition, deadline.left());
            }
        } catch (RuntimeException e) {
            closeConsumer();
            throw e;
        }
    }

    void start() {
        thread.start();
    }

    private void run() {
        Deadline nextTick = Deadline.in(POLL);
        try {
            while (stopping.getCount() > 0) {
                try {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        offer(record);
                    }
                    if (nextTick.passed()) {
                        nextTick = Deadline.in(POLL);
                        tick.run();
                    }
                } catch (WakeupException e) {
                    // told to stop; the loop's condition says so
                } catch (RuntimeException e) {
                    // the client reconnects by itself, so this is a refusal: somebody may be mending it
                    log.atWarn()
                            .addKeyValue("thread", thread.getName())
                            .setCause(e)
                            .log("Reading failed; goes on in a second");
                    pause();
                }
            }
        } finally {
            closeConsumer();
        }
    }

    private void offer(ConsumerRecord<byte[], byte[]> record) {
        try {
            sink.accept(record);
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .setCause(e)
                    .log("A record was skipped");
        }
    }

    private void pause() {
        try {
            if (stopping.await(PAUSE_AFTER_ERROR.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("Closed during the pause");
            }
        } catch (InterruptedException e) {
            log.debug("Nobody interrupts this thread; the loop's condition alone ends it", e);
        }
    }

    private void closeConsumer() {
        try {
            consumer.close(CloseOptions.timeout(CLOSE));
        } catch (KafkaException e) {
            log.warn("The consumer did not close cleanly", e);
        }
    }

    /** Goes on reading for a while, or until somebody else closes it, and closes. */
    void closeAfter(Duration linger) throws InterruptedException {
        stopping.await(linger.toNanos(), TimeUnit.NANOSECONDS);
        close();
    }

    /** Ends the thread and waits for it, a few seconds at most; a call from the thread itself does not wait. */
    void close() {
        stopping.countDown();
        consumer.wakeup();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (thread.isAlive()) {
                thread.join(2 * CLOSE.toMillis());
            } else if (thread.getState() == Thread.State.NEW) {
                closeConsumer();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
