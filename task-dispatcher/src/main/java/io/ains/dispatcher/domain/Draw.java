package io.ains.dispatcher.domain;

/** Chance without randomness: numbers that look random and are the same whenever the log is read again. */
final class Draw {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double TWO_TO_53 = 1L << 53;

    private Draw() {}

    /**
     * A place on a ring of all longs, by FNV-1a finished with the mixer of SplitMix64.
     *
     * @param number tells apart several places of one name
     */
    static long place(String name, int number) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ (number + 0x10000L)) * FNV_PRIME;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    /**
     * A number that depends on both arguments.
     *
     * @return from 0 to below 1
     */
    static double unit(String name, int number) {
        return (place(name, number) >>> 11) / TWO_TO_53;
    }
}
