package io.ains.heartbeat.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * How an agent has come and gone of late.
 *
 * @param times of its returns within the window, milliseconds since the epoch, in order; of bounded size
 * @param holds for which it was held in a row, with no window of calm between them
 * @param heldUntil milliseconds since the epoch until which it is held SUSPECT; 0 if it never was
 */
public record Returns(List<Long> times, int holds, long heldUntil) {
    static final Returns NONE = new Returns(List.of(), 0, 0);

    public Returns {
        times = List.copyOf(times);
    }

    boolean holdsAt(long time) {
        return time < heldUntil;
    }

    /** It came back once more; if that is too often, it is held, each time for twice as long. */
    Returns and(long time, FleetSettings.Flapping settings) {
        List<Long> within = new ArrayList<>();
        for (long earlier : times) {
            if (earlier > time - settings.windowMs()) {
                within.add(earlier);
            }
        }
        int held = within.isEmpty() ? 0 : holds;
        within.add(time);
        if (within.size() <= settings.returns()) {
            return new Returns(within, held, heldUntil);
        }
        within.remove(0);
        return new Returns(within, held + 1, time + holdMs(held, settings));
    }

    private static long holdMs(int held, FleetSettings.Flapping settings) {
        long hold = settings.holdMs();
        for (int i = 0; i < held && hold < settings.maxHoldMs(); i++) {
            hold *= 2;
        }
        return Math.min(hold, settings.maxHoldMs());
    }
}
