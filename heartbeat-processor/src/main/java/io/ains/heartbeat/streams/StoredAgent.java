package io.ains.heartbeat.streams;

import io.ains.heartbeat.domain.AgentRecord;

/**
 * What lies in the store.
 *
 * @param version of the format; a later one is not read, so that a rollback never writes over what it cannot read
 * @param agent the record
 */
record StoredAgent(int version, AgentRecord agent) {
    private static final int VERSION = 1;

    StoredAgent {
        if (version != VERSION) {
            throw new IllegalArgumentException("expected a stored agent of format " + VERSION + ", but got " + version
                    + ": start the release that wrote it");
        }
    }

    static StoredAgent of(AgentRecord agent) {
        return new StoredAgent(VERSION, agent);
    }
}
