package io.ains.standalone;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends several things at once, and does not wait for ever: what hangs is left to the end of the process. */
public final class Together {
    private static final Logger log = LoggerFactory.getLogger(Together.class);

    private Together() {}

    /**
     * Runs all on daemon threads of their own.
     *
     * @param atMost how long to wait for them
     * @return whether all have ended, well or badly
     */
    public static boolean run(Duration atMost, List<Runnable> actions) {
        CountDownLatch running = new CountDownLatch(actions.size());
        for (Runnable action : actions) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            action.run();
                        } catch (RuntimeException e) {
                            log.warn("could not be ended cleanly", e);
                        } finally {
                            running.countDown();
                        }
                    },
                    "ains-together");
            thread.setDaemon(true);
            thread.start();
        }
        try {
            return running.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
