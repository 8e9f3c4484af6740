package io.ains.standalone.demo;

import io.ains.agent.TaskClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets the fleet work for a while, and counts on the topics what came of it. */
public final class Demo {
    private static final int USUAL_RATE = 20;
    private static final Duration REDRAW = Duration.ofSeconds(1);
    private static final Duration DRAIN_LOOK = Duration.ofMillis(50);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(60);
    /** Whoever pressed Ctrl-C does not wait a minute. */
    private static final Duration STOPPED_DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final String bootstrapServers;
    private final int rate;
    private final Screen screen;

    /**
     * A demo on a running AINS that nobody else uses.
     *
     * @param rate tasks per second; the agents get more slots with it
     */
    public Demo(String bootstrapServers, int rate, Screen screen) {
        this.bootstrapServers = bootstrapServers;
        this.rate = rate;
        this.screen = screen;
    }

    /**
     * Runs it.
     *
     * @param length how long tasks are submitted; null for until it is stopped
     * @param stopped waits as long as it is told, and tells whether the demo is to end
     * @return the figures, with {@code firstCompletedMs} since the epoch, and no start
     */
    public DemoResult run(@Nullable Duration length, Predicate<Duration> stopped) {
        OpenTasks open = new OpenTasks();
        int scale = (rate + USUAL_RATE - 1) / USUAL_RATE;
        try (TopicWatch watch = new TopicWatch(bootstrapServers, open);
                Fleet fleet = new Fleet(bootstrapServers, scale);
                Load load = new Load(
                        TaskClient.builder()
                                .bootstrapServers(bootstrapServers)
                                .maxPending(Load.MAX_PENDING)
                                .connect(),
                        "demo-",
                        rate,
                        open,
                        // The watch tells more than the outcome.
                        outcome -> {})) {
            long began = System.currentTimeMillis();
            load.start();
            while (!stopped.test(untilNextLook(began, length))) {
                Duration elapsed = since(began);
                screen.show(elapsed, watch.picture());
                if (length != null && elapsed.compareTo(length) >= 0) {
                    break;
                }
            }
            load.stop();
            drain(open, watch, began, stopped);
            return result(open, began, watch.picture());
        }
    }

    private static Duration since(long began) {
        return Duration.ofMillis(System.currentTimeMillis() - began);
    }

    private static Duration untilNextLook(long began, @Nullable Duration length) {
        if (length == null) {
            return REDRAW;
        }
        Duration left = length.minus(since(began));
        return left.compareTo(REDRAW) < 0 ? left : REDRAW;
    }

    /** Every task comes to its end, if need be after its retries. */
    private void drain(OpenTasks open, TopicWatch watch, long began, Predicate<Duration> stopped) {
        long drainBegan = System.currentTimeMillis();
        long shown = drainBegan;
        while (open.count() > 0
                && since(drainBegan).compareTo(stopped.test(Duration.ZERO) ? STOPPED_DRAIN_TIMEOUT : DRAIN_TIMEOUT)
                        < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            if (since(shown).compareTo(REDRAW) >= 0) {
                shown = System.currentTimeMillis();
                screen.show(since(began), watch.picture());
            }
        }
        screen.show(since(began), watch.picture());
    }

    private static DemoResult result(OpenTasks open, long began, Picture last) {
        Picture.Counts all = last.all();
        double seconds = Math.max(1, last.lastEndedAt() - began) / 1000.0;
        return new DemoResult(
                open.total(),
                all.completed(),
                all.failed(),
                open.count(),
                last.p50Ms(),
                last.p99Ms(),
                Math.round(10 * (all.completed() + all.failed()) / seconds) / 10.0,
                0,
                last.firstCompletedAt() == 0 ? null : last.firstCompletedAt());
    }
}
