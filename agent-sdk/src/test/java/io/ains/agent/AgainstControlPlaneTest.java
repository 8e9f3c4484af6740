package io.ains.agent;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Against a control plane that does what the test says, one for all tests of a class. */
@Timeout(90)
abstract class AgainstControlPlaneTest {
    private static final AtomicReference<ScriptedControlPlane> SHARED = new AtomicReference<>();

    @BeforeAll
    static void open() {
        SHARED.set(new ScriptedControlPlane());
    }

    @AfterAll
    static void close() {
        plane().close();
    }

    static ScriptedControlPlane plane() {
        return Objects.requireNonNull(SHARED.get());
    }

    static boolean waitLong() throws InterruptedException {
        return new CountDownLatch(1).await(1, TimeUnit.HOURS);
    }
}
