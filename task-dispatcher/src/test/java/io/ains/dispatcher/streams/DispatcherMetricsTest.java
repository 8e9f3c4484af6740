package io.ains.dispatcher.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.dispatcher.domain.CapabilityView;
import io.ains.dispatcher.domain.CapabilityView.Waiting;
import io.ains.dispatcher.domain.PriorityBand;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DispatcherMetricsTest {
    private static final long NOW = 100_000;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DispatcherMetrics metrics = new DispatcherMetrics(meters, 2, () -> Instant.ofEpochMilli(NOW));

    private static CapabilityView view(String capability, int waiting, long oldestSince) {
        return new CapabilityView(capability, Map.of(PriorityBand.HIGH, new Waiting(waiting, oldestSince)), 3, 2, 1);
    }

    private double gauge(String name, String capability) {
        return meters.get(name).tag("capability", capability).gauge().value();
    }

    private double banded(String name, String capability, PriorityBand band) {
        return meters.get(name)
                .tags("capability", capability, "priority", band.name())
                .gauge()
                .value();
    }

    @Test
    void shouldTellWhatWaitsAndSinceWhen() {
        metrics.present(0, List.of(view("translate", 4, NOW - 2_500)));

        assertThat(banded("ains.tasks.in.queue", "translate", PriorityBand.HIGH))
                .isEqualTo(4);
        assertThat(banded("ains.tasks.in.queue", "translate", PriorityBand.LOW)).isZero();
        assertThat(banded("ains.task.oldest.wait.seconds", "translate", PriorityBand.HIGH))
                .isEqualTo(2.5);
        assertThat(banded("ains.task.oldest.wait.seconds", "translate", PriorityBand.LOW))
                .isZero();
        assertThat(gauge("ains.tasks.held", "translate")).isEqualTo(3);
        assertThat(gauge("ains.capability.agents.available", "translate")).isEqualTo(2);
        assertThat(gauge("ains.capability.slots.free", "translate")).isEqualTo(1);
    }

    @Test
    void shouldAddUpCapabilitiesBeyondTheLimit() {
        metrics.present(0, List.of(view("a", 1, NOW), view("b", 1, NOW), view("c", 5, NOW - 1_000)));
        metrics.present(1, List.of(view("d", 7, NOW - 9_000)));

        assertThat(banded("ains.tasks.in.queue", "other", PriorityBand.HIGH)).isEqualTo(12);
        assertThat(banded("ains.task.oldest.wait.seconds", "other", PriorityBand.HIGH))
                .isEqualTo(9);
        assertThat(gauge("ains.tasks.held", "other")).isEqualTo(6);
        assertThat(gauge("ains.capability.agents.available", "other")).isEqualTo(4);
        assertThat(gauge("ains.capability.slots.free", "other")).isEqualTo(2);
        assertThat(meters.find("ains.tasks.held").gauges()).hasSize(3);
    }

    @Test
    void shouldForgetThePartitionsThatMovedAway() {
        metrics.present(0, List.of(view("a", 1, NOW)));
        metrics.present(1, List.of(view("b", 1, NOW)));

        metrics.absent(0);

        assertThat(meters.find("ains.tasks.in.queue").tag("capability", "a").gauges())
                .isEmpty();
        assertThat(meters.find("ains.tasks.in.queue").tag("capability", "b").gauges())
                .map(Gauge::value)
                .contains(1.0);
    }
}
