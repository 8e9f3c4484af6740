package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the delay before the next attempt grows; every delay gets a jitter drawn from the task's id and attempt. */
public enum RetryPolicy {
    /** 1 s, 2 s, 4 s … at most 60 s. */
    @JsonProperty("exponential")
    EXPONENTIAL,
    /** 5 s, 10 s, 15 s … */
    @JsonProperty("linear")
    LINEAR,
    /** Always 10 s. */
    @JsonProperty("fixed")
    FIXED
}
