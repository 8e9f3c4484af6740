package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.CapabilityView;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** What the dispatcher shows to operators. Safe for many threads. */
public final class DispatcherMetrics {
    private final MeterRegistry meters;
    private final Map<Class<? extends TaskEvent>, Counter> events = new ConcurrentHashMap<>();
    private final Map<RejectionCode, Counter> ignored = new EnumMap<>(RejectionCode.class);
    private final Map<Integer, List<CapabilityView>> views = new ConcurrentHashMap<>();
    private final MultiGauge waiting;
    private final MultiGauge held;
    private final MultiGauge available;
    private final MultiGauge free;

    /** Registers the meters. */
    public DispatcherMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (RejectionCode code : RejectionCode.values()) {
            ignored.put(
                    code,
                    Counter.builder("ains.task.results.ignored")
                            .description("Reports of agents that were stale or made no sense, by reason")
                            .tag("reason", code.name())
                            .register(meters));
        }
        waiting = gauge("ains.tasks.in.queue", "Tasks that wait for a free slot");
        held = gauge("ains.tasks.held", "Tasks that agents have");
        available = gauge("ains.capability.agents.available", "Agents that may get tasks");
        free = gauge("ains.capability.slots.free", "Slots that available agents have left");
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(meters);
    }

    void counted(TaskEvent event) {
        events.computeIfAbsent(event.getClass(), this::counterOf).increment();
    }

    private Counter counterOf(Class<? extends TaskEvent> type) {
        return Counter.builder("ains.task.events")
                .description("Transitions of tasks and refusals, by type")
                .tag("type", type.getSimpleName())
                .register(meters);
    }

    void ignored(RejectionCode why) {
        Counter counter = ignored.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    void present(int partition, List<CapabilityView> capabilities) {
        views.put(partition, capabilities);
        publish();
    }

    void absent(int partition) {
        views.remove(partition);
        publish();
    }

    /** A capability lies on one partition, so no two views speak of the same. */
    private synchronized void publish() {
        publish(waiting, CapabilityView::waiting);
        publish(held, CapabilityView::held);
        publish(available, CapabilityView::availableAgents);
        publish(free, CapabilityView::freeSlots);
    }

    private void publish(MultiGauge gauge, ToIntFunction<CapabilityView> value) {
        gauge.register(
                views.values().stream()
                        .flatMap(List::stream)
                        .<MultiGauge.Row<?>>map(view ->
                                MultiGauge.Row.of(Tags.of("capability", view.capability()), value.applyAsInt(view)))
                        .toList(),
                true);
    }
}
