package io.ains.registry.operations;

import io.ains.registry.http.Id;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The state of the queues. */
@RestController
class QueueController {
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

    /**
     * How many tasks wait, of which priority, and who works on how many.
     *
     * @param capability of the tasks
     */
    @GetMapping("/aitp/queue/stats")
    QueueStats stats(@RequestParam(required = false) @Nullable @Id String capability) {
        Instant now = Instant.now();
        Waiting waiting = queues.waiting(capability);
        double oldestSeconds = queues.oldest(capability)
                .map(since -> Math.max(0, now.toEpochMilli() - since) / 1000.0)
                .orElse(0.0);
        return new QueueStats(
                new Queue(
                        waiting.byPriority(),
                        waiting.total(),
                        waiting.high(),
                        waiting.medium(),
                        waiting.low(),
                        oldestSeconds),
                new Workload(queues.load(capability), queues.held(capability)),
                now);
    }
}
