package io.ains.agent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What an agent has done so far, for whoever measures it. Thread-safe. */
final class Tally {
    /** Attempts by their end, as this agent sees it. */
    final LongAdder completed = new LongAdder();

    final LongAdder failed = new LongAdder();
    final LongAdder released = new LongAdder();

    /** Taken away by the control plane, or past their timeout. */
    final LongAdder stopped = new LongAdder();

    /** Of all handlers that have returned or thrown. */
    final LongAdder handled = new LongAdder();

    final LongAdder handlerNanos = new LongAdder();
    final AtomicInteger running = new AtomicInteger();

    /** Outcomes that the brokers do not have yet. */
    final AtomicInteger unsent = new AtomicInteger();

    /** Of the last heartbeat. */
    volatile long latenessNanos;
}
