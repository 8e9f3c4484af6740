package io.ains.standalone.demo;

import io.ains.protocol.AgentStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the picture is shown, every second. */
public abstract class Screen {
    private Screen() {}

    abstract void show(Duration elapsed, Picture picture);

    /** Shows nothing. */
    public static Screen none() {
        return new Nothing();
    }

    /**
     * Shows a table that is drawn over itself, or a line each time.
     *
     * @param terminal whether it understands cursor movements
     */
    public static Screen of(PrintWriter out, boolean terminal) {
        return terminal ? new Terminal(out) : new Lines(out);
    }

    private static String agents(Picture picture) {
        return Stream.of(AgentStatus.values())
                .map(status -> picture.agents().getOrDefault(status, 0) + " " + status)
                .collect(Collectors.joining(", "));
    }

    private static final class Nothing extends Screen {
        @Override
        void show(Duration elapsed, Picture picture) {
            // The figures at the end are all that is wanted.
        }
    }

    /** For a file or a pipe. */
    private static final class Lines extends Screen {
        private final PrintWriter out;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        void show(Duration elapsed, Picture picture) {
            Picture.Counts all = picture.all();
            out.printf(
                    Locale.ROOT,
                    "%4d s  agents: %s  queued %d  active %d  done %d  failed %d  p50 %d ms  p99 %d ms%n",
                    elapsed.toSeconds(),
                    agents(picture),
                    all.queued(),
                    all.active(),
                    all.completed(),
                    all.failed(),
                    picture.p50Ms(),
                    picture.p99Ms());
            out.flush();
        }
    }

    /** For people. */
    private static final class Terminal extends Screen {
        private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
        private static final String ROW = "  %-12s %8s %8s %8s %8s";

        private final PrintWriter out;
        private int drawn;

        Terminal(PrintWriter out) {
            this.out = out;
        }

        @Override
        void show(Duration elapsed, Picture picture) {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(Locale.ROOT, "%4d s  agents: %s", elapsed.toSeconds(), agents(picture)));
            lines.add(String.format(ROW, "capability", "queued", "active", "done", "failed"));
            picture.capabilities()
                    .forEach((name, counts) -> lines.add(String.format(
                            ROW, name, counts.queued(), counts.active(), counts.completed(), counts.failed())));
            lines.add(String.format(
                    Locale.ROOT, "  from submit to start: p50 %d ms, p99 %d ms", picture.p50Ms(), picture.p99Ms()));
            if (drawn > 0) {
                out.printf("\u001b[%dA", drawn); // up again
            }
            lines.forEach(line -> out.println(line + CLEAR_TO_END_OF_LINE));
            out.flush();
            drawn = lines.size();
        }
    }
}
