package io.ains.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * How the Kafka clients are set up: what must be as it is, round what the author wants otherwise.
 *
 * @param bootstrapServers host:port, comma-separated
 * @param extra security and tuning, for all clients alike
 */
record ClientSettings(String bootstrapServers, Map<String, Object> extra) {
    /** The promises of delivery, order and position rest on these. */
    private static final Set<String> FIXED = Set.of(
            "bootstrap.servers",
            "client.id",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer",
            "acks",
            "enable.idempotence",
            "transactional.id",
            "partitioner.class",
            "partitioner.ignore.keys",
            "isolation.level",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "enable.auto.commit",
            "auto.offset.reset");

    ClientSettings {
        Set<String> refused = new TreeSet<>(extra.keySet());
        refused.retainAll(FIXED);
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected Kafka settings other than those that AINS sets itself, but got " + refused);
        }
        for (String address : bootstrapServers.split(",", -1)) {
            if (Utils.getHost(address.strip()) == null || Utils.getPort(address.strip()) == null) {
                throw new IllegalArgumentException(
                        "expected bootstrap.servers as host:port, comma-separated, but got \"" + bootstrapServers
                                + "\"");
            }
        }
        extra = Map.copyOf(extra);
    }

    /**
     * Settings that all of the clients take, so that a value that is none is found before one is made.
     *
     * @throws IllegalArgumentException if they do not
     */
    static ClientSettings checked(String bootstrapServers, Map<String, Object> extra) {
        ClientSettings settings = new ClientSettings(bootstrapServers, extra);
        try {
            new ProducerConfig(settings.producer("checked", Duration.ofSeconds(30)));
            new ConsumerConfig(settings.consumer("checked", "checked"));
            new AdminClientConfig(settings.admin("checked"));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("kafka settings: " + e.getMessage(), e);
        }
        return settings;
    }

    Map<String, Object> admin(String clientId) {
        Map<String, Object> settings = new HashMap<>();
        // a broker that was cut off does not say so, and holds what was sent to it until this has passed
        settings.put("request.timeout.ms", 5_000);
        settings.put("socket.connection.setup.timeout.ms", 3_000);
        settings.put("socket.connection.setup.timeout.max.ms", 5_000);
        settings.putAll(extra);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", clientId);
        return settings;
    }

    /**
     * A producer whose records are not lost or doubled by a broker that goes and comes back.
     *
     * @param patience how long one record may wait for the brokers, before its sender is told that it was not sent
     */
    Map<String, Object> producer(String clientId, Duration patience) {
        Map<String, Object> settings = new HashMap<>();
        // a task that is done at once is told of in one request: started, and completed
        settings.put("linger.ms", 1);
        settings.put("delivery.timeout.ms", (int) patience.toMillis());
        settings.put("max.block.ms", 2_000);
        // so that a send after a quiet hour does not have to wait for metadata, which an outage would make it do
        settings.put("metadata.max.idle.ms", 86_400_000L);
        // nor one in an outage: by default, metadata is thrown away once no broker can be reached
        settings.put("metadata.recovery.strategy", "none");
        settings.putAll(admin(clientId));
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        return settings;
    }

    /**
     * A consumer of partitions that it is assigned by hand.
     *
     * @param groupId under which its offsets are committed for lag tools to see; null commits none
     */
    Map<String, Object> consumer(String clientId, @Nullable String groupId) {
        Map<String, Object> settings = admin(clientId);
        settings.put("isolation.level", "read_committed");
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("allow.auto.create.topics", false);
        // positions are set before anything is asked for, so only retention can make one invalid: go on with what is
        // left
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", groupId != null);
        if (groupId != null) {
            settings.put("group.id", groupId);
        }
        return settings;
    }
}
