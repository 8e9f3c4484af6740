package io.ains.registry.operations;

import io.ains.registry.http.Id;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The state of the queues. */
@RestController
class QueueController {
    private static final int HIGH = 8;
    private static final int MEDIUM = 5;

    private final QueueQueries queues;

    QueueController(QueueQueries queues) {
        this.queues = queues;
    }

    record Queue(
            Map<Integer, Long> byPriority,
            long totalPending,
            long highPriority,
            long mediumPriority,
            long lowPriority,
            double oldestPendingSeconds) {}

    record Workload(List<QueueQueries.Load> agents, long totalActive) {}

    record QueueStats(Queue queue, Workload workload, Instant timestamp) {}

    @GetMapping("/aitp/queue/stats")
    QueueStats stats(@RequestParam(required = false) @Nullable @Id String capability) {
        Instant now = Instant.now();
        Map<Integer, Long> byPriority = new LinkedHashMap<>();
        long high = 0;
        long medium = 0;
        long low = 0;
        long oldest = now.toEpochMilli();
        for (QueueQueries.Waiting waiting : queues.waiting(capability)) {
            byPriority.put(waiting.priority(), waiting.count());
            oldest = Math.min(oldest, waiting.oldestSince());
            if (waiting.priority() >= HIGH) {
                high += waiting.count();
            } else if (waiting.priority() >= MEDIUM) {
                medium += waiting.count();
            } else {
                low += waiting.count();
            }
        }
        double oldestSeconds = (now.toEpochMilli() - oldest) / 1000.0;
        return new QueueStats(
                new Queue(byPriority, high + medium + low, high, medium, low, oldestSeconds),
                new Workload(queues.load(capability), queues.held(capability)),
                now);
    }
}
