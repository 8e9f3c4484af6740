package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;

/**
 * What must survive a restart of one agent in one capability.
 *
 * @param capacity as the heartbeat-processor last said
 * @param misses assignments in a row that it left unacknowledged
 * @param meanDurationMs moving mean of the time from start to completion; 0 before the first
 */
public record AgentRecord(AgentCapacity capacity, int misses, double meanDurationMs) {}
