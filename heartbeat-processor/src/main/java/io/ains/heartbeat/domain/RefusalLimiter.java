package io.ains.heartbeat.domain;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets one refusal of a heartbeat per agent id and minute through, so that a storm of strangers costs neither records
 * nor memory: when it knows as many ids as it may, it lets none through until the oldest's minute is over.
 */
final class RefusalLimiter {
    static final long PAUSE_MS = 60_000;
    static final int MAX_IDS = 10_000;

    /** In the order of their times, because time only goes forward. */
    private final Map<String, Long> refusedAt = new LinkedHashMap<>();

    boolean allows(String agentId, long time) {
        var oldest = refusedAt.values().iterator();
        while (oldest.hasNext() && oldest.next() <= time - PAUSE_MS) {
            oldest.remove();
        }
        if (refusedAt.size() >= MAX_IDS || refusedAt.containsKey(agentId)) {
            return false;
        }
        refusedAt.put(agentId, time);
        return true;
    }
}
