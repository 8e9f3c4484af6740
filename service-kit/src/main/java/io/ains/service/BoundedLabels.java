package io.ains.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives a label a bounded number of values: those that come first have their own, all others share one. A value keeps
 * what it was given for as long as the process lives. Safe for many threads.
 */
public final class BoundedLabels {
    /** The value that all share who come too late. */
    public static final String OTHER = "other";

    private final int limit;
    private final Map<String, String> own = new ConcurrentHashMap<>();

    /**
     * Labels of which none is given yet.
     *
     * @param limit how many values have their own
     */
    public BoundedLabels(int limit) {
        this.limit = limit;
    }

    /**
     * What to show for a value.
     *
     * @param value as it is
     * @return the same, or {@link #OTHER}
     */
    public String of(String value) {
        String known = own.get(value);
        return known == null ? admit(value) : known;
    }

    private synchronized String admit(String value) {
        if (own.size() < limit) {
            own.put(value, value);
        }
        return own.getOrDefault(value, OTHER);
    }
}
