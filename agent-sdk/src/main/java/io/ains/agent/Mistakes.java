package io.ains.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is wrong with a builder: all of it, so that an author need not find out one by one. */
final class Mistakes {
    private final List<String> sentences = new ArrayList<>();

    void unless(boolean right, String expected, @Nullable Object got) {
        if (!right) {
            sentences.add("expected " + expected + ", but got " + got);
        }
    }

    /** Makes a part that checks itself; null if it found something. */
    <T> @Nullable T unless(Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            sentences.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    boolean any() {
        return !sentences.isEmpty();
    }

    IllegalArgumentException exception() {
        return new IllegalArgumentException(String.join("; ", sentences));
    }
}
