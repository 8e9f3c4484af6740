package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How one agent is picked among those that could take a task. */
public enum RoutingStrategy {
    /** The agent with the smallest share of its slots in use. */
    @JsonProperty("least_loaded")
    LEAST_LOADED,
    /** Each agent in turn. */
    @JsonProperty("round_robin")
    ROUND_ROBIN,
    /** Drawn by trust, deterministically from the task's id and attempt. */
    @JsonProperty("trust_weighted")
    TRUST_WEIGHTED,
    /** The agent with the shortest observed completion time. */
    @JsonProperty("fastest")
    FASTEST,
    /** The same agent for the same {@code sticky_key} for as long as it can take the task. */
    @JsonProperty("sticky")
    STICKY
}
