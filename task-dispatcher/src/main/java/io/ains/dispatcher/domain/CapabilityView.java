package io.ains.dispatcher.domain;

/**
 * How a capability stands.
 *
 * @param capability its name
 * @param waiting tasks that could be given out now
 * @param held tasks that agents have
 * @param availableAgents agents that may get tasks
 * @param freeSlots that they have left
 */
public record CapabilityView(String capability, int waiting, int held, int availableAgents, int freeSlots) {}
