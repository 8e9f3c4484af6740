package io.ains.registry.projection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How many there are of what, without counting; the scopes are described with the table. Safe for many threads. */
@Component
public final class Tallies {
    /** Of one name. */
    public static final String PARTS = "SELECT part, n FROM tally WHERE scope = ? AND name = ? ORDER BY part";

    /** Of an hour, say. */
    public static final String COMPLETIONS =
            "SELECT part, sum(n) FROM tally WHERE scope = 'minute' AND name >= ? GROUP BY part";

    private static final String EVENTS =
            "SELECT name, part, n FROM tally WHERE scope = '" + EventCounter.SCOPE + "' ORDER BY name, part";

    private static final Map<String, EventCount> COUNTS =
            Stream.of(EventCount.values()).collect(Collectors.toMap(Enum::name, Function.identity()));
    private static final Map<String, EventTime> TIMES =
            Stream.of(EventTime.values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private final JdbcClient queries;

    Tallies(Database database) {
        this.queries = database.queries();
    }

    /** Each part that there is any of, with its count. */
    public Map<String, Long> parts(String scope, String name) {
        Map<String, Long> parts = new LinkedHashMap<>();
        queries.sql(PARTS).params(List.of(scope, name)).query(row -> {
            parts.put(row.getString(1), row.getLong(2));
        });
        return parts;
    }

    /** What has been counted of the events. */
    public interface EventReader {
        /** A count by the values of its labels. */
        void count(EventCount what, List<String> labels, long n);

        /** How many times fell into a bucket. */
        void bucket(EventTime what, List<String> labels, int bucket, long n);

        /** All times together, in milliseconds. */
        void sum(EventTime what, List<String> labels, long millis);
    }

    /** Reads all that has been counted of the events, in one moment. */
    public void events(EventReader reader) {
        queries.sql(EVENTS).query(row -> {
            String name = row.getString(1);
            String part = row.getString(2);
            long n = row.getLong(3);
            EventTime time = TIMES.get(name);
            EventCount count = COUNTS.get(name);
            List<String> values = part.isEmpty() ? List.of() : List.of(part.split(EventCounter.SEPARATOR));
            if (count != null) {
                reader.count(count, values, n);
            } else if (time != null) {
                List<String> labels = values.subList(0, values.size() - 1);
                String last = values.get(values.size() - 1);
                if (last.equals(EventCounter.SUM)) {
                    reader.sum(time, labels, n);
                } else {
                    reader.bucket(time, labels, Integer.parseInt(last), n);
                }
            }
        });
    }

    /** All parts together. */
    public long all(String scope, String name) {
        return parts(scope, name).values().stream().mapToLong(Long::longValue).sum();
    }

    /** One part. */
    public long of(String scope, String name, String part) {
        return parts(scope, name).getOrDefault(part, 0L);
    }

    /** What has been completed since a time. */
    public record Completions(long completed, long timed, long millis) {}

    /** The sums of the minutes from that of a time on, in milliseconds since the epoch. */
    public Completions completionsSince(long since) {
        Map<String, Long> sums = new LinkedHashMap<>();
        queries.sql(COMPLETIONS).param(TaskProjector.minute(since)).query(row -> {
            sums.put(row.getString(1), row.getLong(2));
        });
        return new Completions(
                sums.getOrDefault("completed", 0L), sums.getOrDefault("timed", 0L), sums.getOrDefault("millis", 0L));
    }
}
