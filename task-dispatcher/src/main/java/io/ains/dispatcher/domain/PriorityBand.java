package io.ains.dispatcher.domain;

import java.util.List;

/** Priorities as operators see them. */
public enum PriorityBand {
    /** 0 to 4. */
    LOW,
    /** 5 to 7. */
    MEDIUM,
    /** 8 to 10. */
    HIGH;

    private static final int FIRST_MEDIUM = 5;
    private static final int FIRST_HIGH = 8;

    /** All of them; to ask the enum makes a copy each time. */
    public static final List<PriorityBand> ALL = List.of(values());

    static PriorityBand of(int priority) {
        if (priority < FIRST_MEDIUM) {
            return LOW;
        }
        return priority < FIRST_HIGH ? MEDIUM : HIGH;
    }
}
