package io.ains.protocol;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context of a task, in a header of its records: from the command over the assignments to the results,
 * as it was submitted. See <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>.
 */
public final class TraceParent {
    /** The header's name, in records as in HTTP. */
    public static final String HEADER = "traceparent";

    private static final Pattern VALID =
            Pattern.compile("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /**
     * What a record bears.
     *
     * @param headers of the record
     * @return the value; null if there is none, or none that is valid
     */
    public static @Nullable String of(Headers headers) {
        Header found = headers.lastHeader(HEADER);
        return found == null || found.value() == null
                ? null
                : valid(new String(found.value(), StandardCharsets.US_ASCII));
    }

    /** The value if it is valid, otherwise null. */
    public static @Nullable String valid(@Nullable String value) {
        return value != null && VALID.matcher(value).matches() ? value : null;
    }

    /** Adds it to a record's headers, if there is one. */
    public static void add(@Nullable String value, Headers headers) {
        if (value != null) {
            headers.add(HEADER, value.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
