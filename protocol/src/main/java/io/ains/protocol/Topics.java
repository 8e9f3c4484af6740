package io.ains.protocol;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The topics' names under one prefix, and what each must be created with.
 *
 * @param prefix of all topics' names: lower-case letters, digits, dots and hyphens, at most 40 characters
 */
public record Topics(String prefix) {
    /** The prefix of an installation that names none. */
    public static final String DEFAULT_PREFIX = "ains.";

    private static final Pattern LEGAL_PREFIX = Pattern.compile("[a-z0-9][a-z0-9.-]{0,39}");

    /** Kafka's own limit. */
    private static final int MAX_TOPIC_LENGTH = 249;

    private static final int BASE_36 = 36;

    /** The largest record on the topics that agents and clients write: Kafka's own default. */
    public static final int MAX_INPUT_BYTES = 1024 * 1024;

    /**
     * The largest record on the topics that AINS itself writes. More than what a client may send, because that is
     * wrapped in an event and written anew, in which {@code 1e6} grows to {@code 1000000.0}: two and a half times at most.
     */
    public static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;

    public Topics {
        if (!LEGAL_PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("expected a topic prefix of 1 to 40 characters of a-z 0-9 . -, "
                    + "starting with a letter or digit, but got \"" + prefix + "\"");
        }
    }

    /** The topics of an installation that names no prefix. */
    public static Topics withDefaultPrefix() {
        return new Topics(DEFAULT_PREFIX);
    }

    /** {@link RegistrationEvent}s by agent id. */
    public String agentRegistrations() {
        return prefix + "agent.registrations";
    }

    /** {@link HeartbeatEvent}s by agent id. */
    public String agentHeartbeats() {
        return prefix + "agent.heartbeats";
    }

    /** {@link AgentState}s by agent id, compacted. */
    public String agentStates() {
        return prefix + "agent.states";
    }

    /** {@link AgentEvent}s by agent id. */
    public String agentEvents() {
        return prefix + "agent.events";
    }

    /** {@link AgentCapacity}s by capability: the dispatcher's own. */
    public String agentCapacities() {
        return prefix + "agent.capacities";
    }

    /** {@link AgentOutcome}s by agent id: between the dispatcher and the heartbeat-processor. */
    public String agentOutcomes() {
        return prefix + "agent.outcomes";
    }

    /** {@link TaskCommand}s by capability. */
    public String taskCommands() {
        return prefix + "task.commands";
    }

    /** {@link TaskResult}s by shard. */
    public String taskResults() {
        return prefix + "task.results";
    }

    /** {@link TaskEvent}s by task id. */
    public String taskEvents() {
        return prefix + "task.events";
    }

    /** {@link DeadTask}s by task id. */
    public String taskDeadLetters() {
        return prefix + "task.dead-letters";
    }

    /** Records that could not be read, as they were found. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /**
     * The topic on which agents get their tasks of one capability.
     *
     * <p>Letters, digits and dots stand for themselves; a hyphen becomes {@code --}, an underscore {@code -u}, a colon
     * {@code -c}. So no two capabilities share a topic, and none differ in only a dot and an underscore, which Kafka
     * refuses. A name that would grow too long this way is written as one number to base 36 behind {@code -x}.
     *
     * @param capability a valid id, see {@link Ids}
     * @return a legal topic name
     * @throws IllegalArgumentException if the capability is not a valid id
     */
    public String capability(String capability) {
        if (!Ids.isValid(capability)) {
            throw new IllegalArgumentException(
                    "expected a capability of " + Ids.RULE + ", but got \"" + capability + "\"");
        }
        StringBuilder name = new StringBuilder(prefix).append("tasks.");
        int start = name.length();
        for (int i = 0; i < capability.length(); i++) {
            char c = capability.charAt(i);
            switch (c) {
                case '-' -> name.append("--");
                case '_' -> name.append("-u");
                case ':' -> name.append("-c");
                default -> name.append(c);
            }
        }
        if (name.length() > MAX_TOPIC_LENGTH) {
            name.setLength(start);
            byte[] bytes = capability.getBytes(StandardCharsets.US_ASCII);
            name.append("-x").append(new BigInteger(1, bytes).toString(BASE_36));
        }
        return name.toString();
    }

    /**
     * What a topic must be created with.
     *
     * @param name of the topic
     * @param partitioned whether it has the installation's partition count, or one partition
     * @param config Kafka's topic settings
     */
    public record Spec(String name, boolean partitioned, Map<String, String> config) {
        private Spec with(String setting, String value) {
            Map<String, String> changed = new HashMap<>(config);
            changed.put(setting, value);
            return new Spec(name, partitioned, Map.copyOf(changed));
        }
    }

    /**
     * All topics but those of the capabilities. Every partitioned one has the same count of partitions: the dispatcher
     * and the heartbeat-processor rely on equal keys lying on equal partitions of different topics.
     *
     * @return the topics, to be created where they are missing
     */
    public List<Spec> fixed() {
        return List.of(
                keptFor(7 * DAY, agentRegistrations(), MAX_INPUT_BYTES),
                keptFor(HOUR, agentHeartbeats(), MAX_INPUT_BYTES),
                new Spec(
                        agentStates(),
                        true,
                        Map.of(
                                "cleanup.policy",
                                "compact",
                                // That an agent is gone can be read for as long as all else that happened.
                                "delete.retention.ms",
                                Long.toString(7 * DAY),
                                "max.message.bytes",
                                Integer.toString(MAX_RECORD_BYTES))),
                keptFor(30 * DAY, agentEvents(), MAX_RECORD_BYTES),
                keptFor(7 * DAY, agentCapacities(), MAX_RECORD_BYTES),
                keptFor(7 * DAY, agentOutcomes(), MAX_RECORD_BYTES),
                keptFor(7 * DAY, taskCommands(), MAX_INPUT_BYTES),
                keptFor(7 * DAY, taskResults(), MAX_INPUT_BYTES),
                keptFor(7 * DAY, taskEvents(), MAX_RECORD_BYTES),
                // Compacted too: a dead letter that was purged, or whose task is tried again, is a tombstone.
                keptFor(30 * DAY, taskDeadLetters(), MAX_RECORD_BYTES)
                        .with("cleanup.policy", "compact,delete")
                        .with("delete.retention.ms", Long.toString(7 * DAY)),
                new Spec(deadLetters(), false, config(30 * DAY, MAX_RECORD_BYTES)));
    }

    /**
     * The topic of one capability.
     *
     * @param capability a valid id
     * @return what it must be created with; its partition count is the installation's {@code capability-partitions}
     * @throws IllegalArgumentException if the capability is not a valid id
     */
    public Spec capabilitySpec(String capability) {
        return keptFor(DAY, capability(capability), MAX_RECORD_BYTES);
    }

    private static Spec keptFor(long millis, String name, int maxRecordBytes) {
        return new Spec(name, true, config(millis, maxRecordBytes));
    }

    /** Every input's time is the broker's: a client's clock must not move a deadline or a place in a queue. */
    private static Map<String, String> config(long retentionMillis, int maxRecordBytes) {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                Long.toString(retentionMillis),
                "max.message.bytes",
                Integer.toString(maxRecordBytes),
                "message.timestamp.type",
                "LogAppendTime");
    }
}
