package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.CapabilityView;
import io.ains.dispatcher.domain.CapabilityView.Waiting;
import io.ains.dispatcher.domain.PriorityBand;
import io.ains.protocol.RejectionCode;
import io.ains.service.BoundedLabels;
import io.ains.service.PartitionCounters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the dispatcher shows to operators. The processors leave a picture of their capabilities once a second, and the
 * gauges read it when they are asked. Safe for many threads.
 */
public final class DispatcherMetrics {
    private static final double MILLIS = 1_000.0;

    private final MeterRegistry meters;
    private final BoundedLabels labels;
    private final InstantSource clock;
    private final PartitionCounters<RejectionCode> ignored;
    private final Map<Integer, List<CapabilityView>> views = new HashMap<>();
    private final Map<String, List<Meter.Id>> gauges = new HashMap<>();
    private volatile Map<String, CapabilityView> shown = Map.of();

    /**
     * Registers the meters.
     *
     * @param meters where they go
     * @param maxCapabilities that have gauges of their own
     * @param clock real time, to which the age of what waits is measured
     */
    public DispatcherMetrics(MeterRegistry meters, int maxCapabilities, InstantSource clock) {
        this.meters = meters;
        this.labels = new BoundedLabels(maxCapabilities);
        this.clock = clock;
        this.ignored = new PartitionCounters<>(
                meters,
                RejectionCode.class,
                code -> new PartitionCounters.Shown(
                        "ains.task.results.ignored",
                        "Reports of agents that were stale or made no sense, by reason",
                        Tags.of("reason", code.name())));
    }

    PartitionCounters<RejectionCode> ignored() {
        return ignored;
    }

    synchronized void present(int partition, List<CapabilityView> capabilities) {
        views.put(partition, capabilities);
        publish();
    }

    synchronized void absent(int partition) {
        views.remove(partition);
        publish();
    }

    /** Adds up what shares a label; registers a gauge only for a label that is new. */
    private void publish() {
        Map<String, CapabilityView> sums = new HashMap<>();
        views.values()
                .forEach(partition -> partition.forEach(view -> {
                    String label = labels.of(view.capability());
                    CapabilityView known = sums.get(label);
                    sums.put(label, known == null ? view : sum(known, view));
                }));
        shown = sums;
        sums.keySet().forEach(label -> gauges.computeIfAbsent(label, this::register));
        gauges.entrySet().removeIf(each -> {
            boolean gone = !sums.containsKey(each.getKey());
            if (gone) {
                each.getValue().forEach(meters::remove);
            }
            return gone;
        });
    }

    private static CapabilityView sum(CapabilityView one, CapabilityView other) {
        Map<PriorityBand, Waiting> waiting = new EnumMap<>(PriorityBand.class);
        waiting.putAll(one.waiting());
        other.waiting().forEach((band, tasks) -> waiting.merge(band, tasks, Waiting::and));
        return new CapabilityView(
                BoundedLabels.OTHER,
                waiting,
                one.held() + other.held(),
                one.availableAgents() + other.availableAgents(),
                one.freeSlots() + other.freeSlots());
    }

    private List<Meter.Id> register(String label) {
        List<Meter.Id> ids = new ArrayList<>();
        for (PriorityBand band : PriorityBand.ALL) {
            Tags priority = Tags.of("priority", band.name());
            ids.add(gauge(
                    "ains.tasks.in.queue",
                    "Tasks that wait for a free slot, by capability and band of priority",
                    label,
                    priority,
                    view -> waiting(view, band).tasks()));
            ids.add(gauge(
                    "ains.task.oldest.wait.seconds",
                    "Age of the task that waits longest, from its submission on, over all its attempts; 0 if none waits",
                    label,
                    priority,
                    view -> ageSeconds(waiting(view, band))));
        }
        ids.add(gauge("ains.tasks.held", "Tasks that agents have", label, Tags.empty(), CapabilityView::held));
        ids.add(gauge(
                "ains.capability.agents.available",
                "Agents that may get tasks",
                label,
                Tags.empty(),
                CapabilityView::availableAgents));
        ids.add(gauge(
                "ains.capability.slots.free",
                "Slots that available agents have left",
                label,
                Tags.empty(),
                CapabilityView::freeSlots));
        return ids;
    }

    private static Waiting waiting(CapabilityView view, PriorityBand band) {
        return view.waiting().getOrDefault(band, Waiting.NONE);
    }

    private double ageSeconds(Waiting waiting) {
        return waiting.tasks() == 0 ? 0 : Math.max(0, clock.millis() - waiting.oldestSince()) / MILLIS;
    }

    private Meter.Id gauge(
            String name, String description, String label, Tags more, ToDoubleFunction<CapabilityView> value) {
        return Gauge.builder(name, this, metrics -> {
                    CapabilityView view = metrics.shown.get(label);
                    return view == null ? Double.NaN : value.applyAsDouble(view);
                })
                .description(description)
                .tags(more.and("capability", label))
                .register(meters)
                .getId();
    }
}
