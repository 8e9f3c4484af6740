package io.ains.simulation;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * A core with a log before it, as exactly-once gives it: what an input leads to and that it was read become true
 * together, so a crash loses the memory and nothing else. Ticks once a second while it is up.
 *
 * @param <C> the core
 */
final class Node<C> {
    private final Timeline timeline;
    private final Supplier<C> restored;
    private final ObjLongConsumer<C> ticked;
    private final ArrayDeque<Consumer<C>> log = new ArrayDeque<>();
    private C core;
    private boolean up = true;
    private boolean working;
    private int processed;

    /**
     * A core that runs.
     *
     * @param restored makes a core that knows what was stored
     * @param ticked gives a core its tick
     */
    Node(Timeline timeline, Supplier<C> restored, ObjLongConsumer<C> ticked) {
        this.timeline = timeline;
        this.restored = restored;
        this.ticked = ticked;
        this.core = restored.get();
    }

    /** Ticks from now on. */
    void start() {
        if (up) {
            long at = timeline.now();
            append(alive -> ticked.accept(alive, at));
        }
        timeline.after(1_000, this::start);
    }

    C core() {
        return core;
    }

    int processed() {
        return processed;
    }

    void append(Consumer<C> input) {
        log.add(input);
        work();
    }

    /** What an input leads to may come back as another input, which waits its turn. */
    private void work() {
        if (working) {
            return;
        }
        working = true;
        while (up && !log.isEmpty()) {
            processed++;
            log.remove().accept(core);
        }
        working = false;
    }

    void crashFor(long millis) {
        if (up) {
            up = false;
            timeline.after(millis, () -> {
                core = restored.get();
                up = true;
                work();
            });
        }
    }
}
