package io.ains.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far behind real time each partition of this instance is: the age of its last tick. Safe for many threads. */
public final class TickAges {
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<Integer, Owned> partitions = new ConcurrentHashMap<>();

    private static final class Owned {
        volatile long lastTick;
        volatile Meter.Id gauge;

        Owned(long lastTick, Meter.Id gauge) {
            this.lastTick = lastTick;
            this.gauge = gauge;
        }
    }

    /**
     * Ages that are shown by a gauge for each partition.
     *
     * @param meters where the gauges go
     * @param clock real time
     */
    public TickAges(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
    }

    void owned(int partition) {
        Gauge gauge = Gauge.builder("ains.tick.age", this, ages -> ages.ageMillis(partition) / 1000.0)
                .baseUnit("seconds")
                .tag("partition", Integer.toString(partition))
                .description("How far behind real time the partition is: the age of the last tick it has processed")
                .register(meters);
        partitions.put(partition, new Owned(clock.millis(), gauge.getId()));
    }

    void ticked(int partition, long time) {
        Owned owned = partitions.get(partition);
        if (owned != null) {
            owned.lastTick = Math.max(owned.lastTick, time);
        }
    }

    void released(int partition) {
        Owned owned = partitions.remove(partition);
        if (owned != null) {
            meters.remove(owned.gauge);
        }
    }

    private double ageMillis(int partition) {
        Owned owned = partitions.get(partition);
        return owned == null ? Double.NaN : Math.max(0, clock.millis() - owned.lastTick);
    }

    /**
     * The oldest of the ages.
     *
     * @return milliseconds, 0 if this instance owns no partition
     */
    public long worstMillis() {
        long now = clock.millis();
        long worst = 0;
        for (Owned owned : partitions.values()) {
            worst = Math.max(worst, now - owned.lastTick);
        }
        return worst;
    }
}
