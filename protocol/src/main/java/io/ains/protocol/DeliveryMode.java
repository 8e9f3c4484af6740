package io.ains.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an agent learns of its assignments. */
public enum DeliveryMode {
    /** It reads its capabilities' topics and acknowledges an assignment with {@link TaskResult.Started}. */
    @JsonProperty("kafka")
    KAFKA,
    /** It polls over HTTP and does not acknowledge: its lease is the task's timeout alone. */
    @JsonProperty("poll")
    POLL
}
