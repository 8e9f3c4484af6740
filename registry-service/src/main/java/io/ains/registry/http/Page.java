package io.ains.registry.http;

import java.util.List;

/**
 * A part of a list.
 *
 * @param items in the list's order
 * @param total of the whole list
 */
public record Page<T>(List<T> items, long total) {
    public Page {
        items = List.copyOf(items);
    }
}
