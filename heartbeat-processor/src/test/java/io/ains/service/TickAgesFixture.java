package io.ains.service;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;

/** Makes what the service kit otherwise makes for its own context only. */
public final class TickAgesFixture {
    private TickAgesFixture() {}

    public static TickAges ages() {
        return new TickAges(new SimpleMeterRegistry(), InstantSource.system());
    }
}
