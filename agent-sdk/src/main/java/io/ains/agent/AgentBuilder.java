package io.ains.agent;

import io.ains.protocol.Capability;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.HealthStatus;
import io.ains.protocol.Ids;
import io.ains.protocol.RegistrationEvent.AgentRegistration;
import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Collects what an {@link Agent} needs; everything is checked by {@link #build}. Not safe for use by several threads. */
public final class AgentBuilder {
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})+");
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(500);
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(5);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
    private static final int MAX_PARTITIONS = 10_000;

    private final String agentId;
    private final List<Function<AgentBuilder, Offer<?>>> offers = new ArrayList<>();
    private String bootstrapServers = "localhost:9092";
    private String topicPrefix = Topics.DEFAULT_PREFIX;
    private Map<String, Object> kafka = Map.of();
    private int maxConcurrency = 1;
    private int capabilityPartitions = 8;
    private @Nullable String displayName;
    private @Nullable String description;
    private @Nullable String endpoint;
    private @Nullable String publicKey;
    private List<String> tags = List.of();
    private Duration heartbeatInterval = Duration.ofMillis(AgentRegistration.DEFAULT_HEARTBEAT_INTERVAL_MS);
    private Supplier<? extends Map<String, ?>> metrics = Map::of;
    private Supplier<HealthStatus> health = () -> HealthStatus.ACTIVE;
    private Duration drainTimeout = Duration.ofSeconds(20);
    private Duration startTimeout = Duration.ofSeconds(30);
    private boolean shutdownHook = true;

    AgentBuilder(String agentId) {
        this.agentId = agentId;
    }

    /** Where Kafka is, as host:port, comma-separated; {@code localhost:9092} by default. */
    public AgentBuilder bootstrapServers(String value) {
        bootstrapServers = value;
        return this;
    }

    /** The installation's topic prefix; {@code ains.} by default. */
    public AgentBuilder topicPrefix(String value) {
        topicPrefix = value;
        return this;
    }

    /** More settings for all Kafka clients, such as security; those that the agent's promises rest on are refused. */
    public AgentBuilder kafka(Map<String, ?> value) {
        kafka = Map.copyOf(value);
        return this;
    }

    /** Offers a capability whose input the handler reads as JSON, unchecked. */
    public AgentBuilder capability(String name, TaskHandler<JsonNode, ?> handler) {
        return capability(name, JsonNode.class, handler);
    }

    /**
     * Offers a capability whose input becomes a type of the author's, with {@code camelCase} components read from
     * {@code snake_case} fields. Input that does not fit fails the task for good, before the handler sees it. Where
     * {@code com.github.victools:jsonschema-module-jackson} and {@code com.networknt:json-schema-validator} are on the
     * class path, the capability is registered with a JSON Schema of the type, and each input is checked by it: what is
     * primitive, or marked {@code @JsonProperty(required = true)}, must be there.
     */
    public <I> AgentBuilder capability(String name, Class<I> input, TaskHandler<I, ?> handler) {
        return offer(builder -> Capability.of(name, builder.maxConcurrency), input, Object.class, handler);
    }

    /** The same, and tells clients by a JSON Schema what the result looks like. */
    public <I, O> AgentBuilder capability(String name, Class<I> input, Class<O> output, TaskHandler<I, O> handler) {
        return offer(builder -> Capability.of(name, builder.maxConcurrency), input, output, handler);
    }

    /**
     * Offers a capability of which more is said than its name; its own {@code max_concurrency} rules. If it has an
     * {@code input_schema}, and {@code com.networknt:json-schema-validator} is on the class path, input that does not fit
     * fails the task for good, before the handler sees it.
     */
    public AgentBuilder capability(Capability capability, TaskHandler<JsonNode, ?> handler) {
        return capability(capability, JsonNode.class, handler);
    }

    /** Offers a capability of which more is said than its name, with input of a type of the author's. */
    public <I> AgentBuilder capability(Capability capability, Class<I> input, TaskHandler<I, ?> handler) {
        return offer(builder -> capability, input, Object.class, handler);
    }

    /** The same, and tells clients by a JSON Schema what the result looks like. */
    public <I, O> AgentBuilder capability(
            Capability capability, Class<I> input, Class<O> output, TaskHandler<I, O> handler) {
        return offer(builder -> capability, input, output, handler);
    }

    private <I> AgentBuilder offer(
            Function<AgentBuilder, Capability> capability, Class<I> input, Class<?> output, TaskHandler<I, ?> handler) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(handler, "handler");
        // made late, so that maxConcurrency() may come after it
        offers.add(builder -> Offer.of(capability.apply(builder), input, output, handler));
        return this;
    }

    /** How many tasks at once of each capability that was given by its name alone; 1 to 10,000, 1 by default. */
    public AgentBuilder maxConcurrency(int value) {
        maxConcurrency = value;
        return this;
    }

    /** The partitions of a capability's topic, where this agent is the first to need it; 1 to 10,000, 8 by default. */
    public AgentBuilder capabilityPartitions(int value) {
        capabilityPartitions = value;
        return this;
    }

    /** A name for people; the agent's id by default. */
    public AgentBuilder displayName(String value) {
        displayName = value;
        return this;
    }

    /** What the agent is, in the author's words. */
    public AgentBuilder description(String value) {
        description = value;
        return this;
    }

    /** Where the agent can be reached, if it can. */
    public AgentBuilder endpoint(String value) {
        endpoint = value;
        return this;
    }

    /** In hex. Once an id is registered with a key, only the same key may register it again. */
    public AgentBuilder publicKey(String value) {
        publicKey = value;
        return this;
    }

    /** Words to be found by. */
    public AgentBuilder tags(String... value) {
        tags = List.of(value);
        return this;
    }

    /** 0.5 s to 5 min, 5 s by default: three intervals of silence make the agent suspect, six dead. */
    public AgentBuilder heartbeatInterval(Duration value) {
        heartbeatInterval = value;
        return this;
    }

    /**
     * Figures for the heartbeats, at most 4 KiB as JSON. Asked for before each; a supplier that takes longer than a
     * quarter of a second, or of the interval, does not hold up the heartbeat, which then carries the figures before.
     */
    public AgentBuilder metrics(Supplier<? extends Map<String, ?>> value) {
        metrics = value;
        return this;
    }

    /**
     * How the agent feels, asked for as {@link #metrics} is: DEGRADED keeps new tasks away. A supplier that throws
     * counts as DEGRADED. OFFLINE is for {@link Agent#close} to say, and counts as DEGRADED too.
     */
    public AgentBuilder health(Supplier<HealthStatus> value) {
        health = value;
        return this;
    }

    /**
     * How long running handlers may go on when the agent closes, 0 s to 1 h; 20 s by default. Whoever kills the process
     * some time after SIGTERM (Kubernetes after 30 s) should wait 10 s longer than this.
     */
    public AgentBuilder drainTimeout(Duration value) {
        drainTimeout = value;
        return this;
    }

    /** How long {@link Agent#start} may take, 1 s to 1 h; 30 s by default. */
    public AgentBuilder startTimeout(Duration value) {
        startTimeout = value;
        return this;
    }

    /** Whether the end of the process, SIGTERM for example, closes the agent; true by default. */
    public AgentBuilder shutdownHook(boolean value) {
        shutdownHook = value;
        return this;
    }

    /**
     * Checks everything and makes the agent; nothing runs yet.
     *
     * @return an agent to be started
     * @throws IllegalArgumentException with one sentence for each mistake
     */
    public Agent build() {
        Mistakes mistakes = new Mistakes();
        mistakes.unless(Ids.isValid(agentId), "an agent id of " + Ids.RULE, agentId);
        mistakes.unless(!offers.isEmpty(), "at least one capability", "none");
        List<Offer<?>> built = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Function<AgentBuilder, Offer<?>> offer : offers) {
            Offer<?> made = mistakes.unless(() -> offer.apply(this));
            if (made == null) {
                continue;
            }
            String name = made.capability().name();
            int slots = made.capability().maxConcurrency();
            built.add(made);
            mistakes.unless(Ids.isValid(name), "a capability of " + Ids.RULE, name);
            mistakes.unless(names.add(name), "each capability once", name + " twice");
            mistakes.unless(
                    slots >= 1 && slots <= Capability.MAX_CONCURRENCY,
                    "a max_concurrency of 1 to " + Capability.MAX_CONCURRENCY + " for " + name,
                    slots);
        }
        mistakes.unless(publicKey == null || HEX.matcher(publicKey).matches(), "a public key in hex", publicKey);
        mistakes.unless(
                within(heartbeatInterval, SHORTEST_INTERVAL, LONGEST_INTERVAL),
                "a heartbeat interval of 0.5 s to 5 min",
                heartbeatInterval);
        mistakes.unless(
                within(drainTimeout, Duration.ZERO, LONGEST_TIMEOUT), "a drain timeout of 0 s to 1 h", drainTimeout);
        mistakes.unless(
                within(startTimeout, Duration.ofSeconds(1), LONGEST_TIMEOUT),
                "a start timeout of 1 s to 1 h",
                startTimeout);
        mistakes.unless(
                capabilityPartitions >= 1 && capabilityPartitions <= MAX_PARTITIONS,
                "1 to " + MAX_PARTITIONS + " capability partitions",
                capabilityPartitions);
        Topics topics = mistakes.unless(() -> new Topics(topicPrefix));
        ClientSettings settings = mistakes.unless(() -> ClientSettings.checked(bootstrapServers, kafka));
        if (topics == null || settings == null || mistakes.any()) {
            throw mistakes.exception();
        }
        return new Agent(new AgentConfig(
                identity(),
                topics,
                settings,
                built,
                metrics,
                health,
                drainTimeout,
                startTimeout,
                capabilityPartitions,
                shutdownHook));
    }

    private AgentRegistration identity() {
        return new AgentRegistration(
                agentId,
                "none-yet",
                null,
                displayName,
                description,
                endpoint,
                publicKey,
                null,
                tags,
                DeliveryMode.KAFKA,
                (int) heartbeatInterval.toMillis(),
                null);
    }

    private static boolean within(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }
}
