package io.ains.registry.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/** Up to where each partition can be seen in the tables, and who waits for it to come further. Safe for many threads. */
@Component
public final class Positions {
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();

    private record Waiter(TopicPartition partition, long offset, CompletableFuture<Void> reached) {}

    /**
     * Waits for all records before an offset. The caller sets a deadline on what it is given; a waiter that is done
     * for another reason is forgotten at the next advance.
     *
     * @return completed, on the projection's thread, once they are in the tables
     */
    public CompletableFuture<Void> reached(TopicPartition partition, long offset) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        synchronized (this) {
            if (positions.getOrDefault(partition, 0L) < offset) {
                waiters.add(new Waiter(partition, offset, reached));
                return reached;
            }
        }
        reached.complete(null);
        return reached;
    }

    void advance(Map<TopicPartition, Long> now) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        synchronized (this) {
            positions.putAll(now);
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (waiter.reached.isDone() || positions.getOrDefault(waiter.partition, 0L) >= waiter.offset) {
                    done.add(waiter.reached);
                    each.remove();
                }
            }
        }
        done.forEach(reached -> reached.complete(null));
    }
}
