package io.ains.registry.commands;

/**
 * What the control plane decided.
 *
 * @param event that answers, and is no refusal
 * @param id of the event, the same whenever the topics are read
 * @param version of the tables that contain all that the event tells
 */
public record Decision<E>(E event, String id, String version) {
    /** The header that carries {@link #version()}. */
    public static final String VERSION_HEADER = "AINS-Version";
}
