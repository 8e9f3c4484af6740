package io.ains.heartbeat.domain;

/**
 * For how much of the last hour an agent was up: one bit for each five seconds, set if it was up throughout. It costs
 * nothing while nothing changes: the bits are filled in when somebody looks.
 */
final class Availability {
    static final int SLOTS_PER_MINUTE = 12;

    private static final long SLOT_MS = 5_000;
    /** The hour's 720 slots, rounded up to whole longs. */
    private static final int RING = 768;

    private final long[] bits = new long[RING / Long.SIZE];
    private boolean up;
    private boolean upThroughoutSlot;
    private long firstSlot = -1;
    private long slot;

    Availability(boolean up) {
        this.up = up;
        this.upThroughoutSlot = up;
    }

    void turn(boolean nowUp, long time) {
        advance(time);
        up = nowUp;
        upThroughoutSlot &= nowUp;
    }

    /**
     * The share of the last minutes, or of as many of them as were seen.
     *
     * @param minutes 1 to 60
     * @param time milliseconds since the epoch
     * @return 0 to 1
     */
    double share(int minutes, long time) {
        advance(time);
        long from = Math.max(firstSlot, slot - (long) minutes * SLOTS_PER_MINUTE);
        if (from == slot) {
            return up ? 1 : 0;
        }
        int upSlots = 0;
        for (long s = from; s < slot; s++) {
            if ((bits[word(s)] & 1L << s) != 0) {
                upSlots++;
            }
        }
        return (double) upSlots / (slot - from);
    }

    private void advance(long time) {
        long target = time / SLOT_MS;
        if (firstSlot < 0) {
            firstSlot = target;
            slot = target;
        }
        if (target - slot > RING) {
            // All that the ring holds is the time since the last change.
            upThroughoutSlot = up;
            slot = target - RING;
        }
        for (; slot < target; slot++) {
            if (upThroughoutSlot) {
                bits[word(slot)] |= 1L << slot;
            } else {
                bits[word(slot)] &= ~(1L << slot);
            }
            upThroughoutSlot = up;
        }
    }

    private static int word(long slot) {
        return (int) (slot % RING) / Long.SIZE;
    }
}
