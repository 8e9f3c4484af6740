package io.ains.registry.projection;

import io.ains.registry.RegistrySettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the tables can be believed, and what is wrong if not. Safe for many threads. */
@Component("projectionHealthIndicator")
public final class ProjectionStatus implements HealthIndicator {
    private static final String STARTING = "the projection has not caught up with the topics yet";

    /** Far more than a batch, or a look at the topics, takes: the database does not let the writer write. */
    private static final long STANDS_STILL_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final long maxLag;
    private volatile boolean complete;
    private volatile @Nullable String trouble = STARTING;
    private volatile long lag;
    /** Of the last word from the projection. */
    private volatile long toldAt = System.nanoTime();

    ProjectionStatus(RegistrySettings settings, MeterRegistry meters) {
        this.maxLag = settings.maxLag();
        Gauge.builder("ains.registry.projection.lag", this, status -> status.lag)
                .baseUnit("records")
                .description("Records of the topics that are not in the tables yet")
                .register(meters);
        Gauge.builder("ains.registry.projection.live", this, status -> status.trouble() == null ? 1 : 0)
                .description("1 while the projection follows the topics")
                .register(meters);
    }

    /** Whether the tables have contained all of the topics since they were last empty; they may have aged since. */
    public boolean isComplete() {
        return complete;
    }

    /** What keeps the projection from following the topics, in words; null if nothing does. */
    public @Nullable String trouble() {
        String found = trouble;
        if (found == null && System.nanoTime() - toldAt > STANDS_STILL_NANOS) {
            return "the projection stands still: the database keeps it from writing";
        }
        return found != null || complete ? found : STARTING;
    }

    void following(boolean caughtUp, long behind) {
        complete |= caughtUp;
        lag = behind;
        toldAt = System.nanoTime();
        trouble = null;
    }

    void interrupted(String reason) {
        trouble = reason;
    }

    void incomplete() {
        complete = false;
    }

    @Override
    public Health health() {
        long behind = lag;
        String found = trouble();
        if (found == null && behind > maxLag) {
            found = "the tables are " + behind + " records behind the topics";
        }
        Health.Builder health =
                found == null ? Health.up() : Health.outOfService().withDetail("reason", found);
        return health.withDetail("lag_records", behind).build();
    }
}
