package io.ains.broker;

import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Kafka from ending this process while a broker starts.
 *
 * <p>Kafka's controller calls {@code System.exit} on any error in its start, which would take the test run or the
 * standalone program with it before a word was said. The call is noted and ignored: Kafka throws the error itself next.
 * Its procedures are static, so brokers start one after the other.
 */
final class ExitGuard implements AutoCloseable {
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private volatile boolean exitWanted;

    private ExitGuard() {}

    static ExitGuard install() {
        ONE_AT_A_TIME.lock();
        ExitGuard guard = new ExitGuard();
        Exit.setExitProcedure(guard::note);
        Exit.setHaltProcedure(guard::note);
        return guard;
    }

    private void note(int status, @Nullable String message) {
        exitWanted = true;
    }

    /**
     * Fails a start that came to its end although a thread of Kafka gave up.
     *
     * @throws IllegalStateException when Kafka wanted to end the process
     */
    void requireNoExit() {
        if (exitWanted) {
            throw new IllegalStateException("a thread of Kafka met a fatal error, which its log tells");
        }
    }

    @Override
    public void close() {
        Exit.resetExitProcedure();
        Exit.resetHaltProcedure();
        ONE_AT_A_TIME.unlock();
    }
}
