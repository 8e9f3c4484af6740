package io.ains.registry.broker;

import io.ains.protocol.Topics;
import io.ains.registry.RegistrySettings;
import io.ains.service.BoundedLabels;
import io.ains.service.MetricsSettings;
import io.ains.service.ServiceSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the broker how far each consumer group of the installation is. The services' groups are looked at whether or not
 * anybody is in them; those of the living agents, of which there may be any number, are added up under one name. One
 * thread.
 */
final class GroupLags implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long TIMEOUT_SECONDS = 5;

    /** A group and a topic. */
    record Key(String group, String topic) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byGroup = group.compareTo(other.group);
            return byGroup == 0 ? topic.compareTo(other.topic) : byGroup;
        }
    }

    private record Place(String group, TopicPartition partition, long committed) {}

    private final Admin admin;
    private final String prefix;
    private final List<String> services;
    private final String agents;
    private final BoundedLabels topicLabels;
    private final InstantSource clock;
    private final FirstUnread firstUnread;
    /** Since when a group stands before a record that no reader is shown: an open transaction. */
    private Map<Place, Long> blockedSince = new HashMap<>();

    GroupLags(Admin admin, ServiceSettings settings, Topics topics, MetricsSettings metrics, InstantSource clock) {
        this.admin = admin;
        this.prefix = settings.topicPrefix();
        this.services =
                List.of(prefix + "heartbeat-processor", prefix + "task-dispatcher", RegistrySettings.groupId(prefix));
        this.agents = prefix + "agent";
        this.topicLabels = new BoundedLabels(topics.fixed().size() + metrics.maxCapabilities());
        topics.fixed().forEach(topic -> topicLabels.of(topic.name()));
        this.clock = clock;
        this.firstUnread = new FirstUnread(settings.clientConfig());
    }

    /** The services' groups, in records and in seconds. */
    Map<Key, Lag> services() throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Map<TopicPartition, Long>> committed = committed(services);
        Map<TopicPartition, Long> ends = ends(committed.values());
        Map<Key, Lag> lags = new TreeMap<>();
        Map<Place, Long> blocked = new HashMap<>();
        committed.forEach((group, offsets) -> {
            Map<TopicPartition, Long> behind = new HashMap<>();
            offsets.forEach((partition, offset) -> {
                lags.merge(key(group, partition), Lag.NONE, Lag::and);
                if (ends.getOrDefault(partition, 0L) > offset) {
                    behind.put(partition, offset);
                }
            });
            Map<TopicPartition, Long> written = behind.isEmpty() ? Map.of() : firstUnread.writtenAt(behind, ends, LOOK);
            long now = clock.millis();
            behind.forEach((partition, offset) -> {
                Place place = new Place(group, partition, offset);
                Long at = written.get(partition);
                if (at == null) {
                    at = blockedSince.getOrDefault(place, now);
                    blocked.put(place, at);
                }
                if (at != FirstUnread.NO_RECORD) {
                    long records = ends.getOrDefault(partition, offset) - offset;
                    lags.merge(key(group, partition), Lag.since(at, now, records), Lag::and);
                }
            });
        });
        blockedSince = blocked;
        return lags;
    }

    private Key key(String group, TopicPartition partition) {
        return new Key(group, topicLabels.of(partition.topic()));
    }

    /**
     * The groups of some agents together, by topic. Of each partition only the record is looked at that the agent which
     * is farthest behind has not read, so what is read does not grow with the agents.
     */
    Map<Key, Lag> agents(Collection<String> agentIds)
            throws InterruptedException, ExecutionException, TimeoutException {
        Collection<Map<TopicPartition, Long>> committed = committed(
                        agentIds.stream().map(id -> agents + "." + id).toList())
                .values();
        Map<TopicPartition, Long> ends = ends(committed);
        Map<TopicPartition, Long> farthest = new HashMap<>();
        committed.forEach(offsets -> offsets.forEach((partition, offset) -> {
            if (offset < ends.getOrDefault(partition, 0L)) {
                farthest.merge(partition, offset, Math::min);
            }
        }));
        Map<TopicPartition, Long> written = farthest.isEmpty() ? Map.of() : firstUnread.writtenAt(farthest, ends, LOOK);
        long now = clock.millis();
        Map<Key, Lag> lags = new TreeMap<>();
        committed.forEach(offsets -> offsets.forEach((partition, offset) -> {
            long at = written.getOrDefault(partition, now);
            boolean behind = farthest.containsKey(partition) && at != FirstUnread.NO_RECORD;
            lags.merge(
                    key(agents, partition),
                    behind ? Lag.since(at, now, Math.max(0, ends.getOrDefault(partition, offset) - offset)) : Lag.NONE,
                    Lag::and);
        }));
        return lags;
    }

    private Map<String, Map<TopicPartition, Long>> committed(List<String> groups)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, ListConsumerGroupOffsetsSpec> wanted = new HashMap<>();
        groups.forEach(group -> wanted.put(group, new ListConsumerGroupOffsetsSpec()));
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Map<String, Map<TopicPartition, Long>> found = new TreeMap<>();
        admin.listConsumerGroupOffsets(wanted)
                .all()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((group, offsets) -> {
                    Map<TopicPartition, Long> own = new HashMap<>();
                    offsets.forEach((partition, offset) -> add(own, partition, offset));
                    found.put(group, own);
                });
        return found;
    }

    @SuppressWarnings("NullAway") // a partition without an offset is there, with null
    private void add(Map<TopicPartition, Long> own, TopicPartition partition, OffsetAndMetadata offset) {
        if (offset != null && partition.topic().startsWith(prefix)) {
            own.put(partition, offset.offset());
        }
    }

    private Map<TopicPartition, Long> ends(Collection<Map<TopicPartition, Long>> committed)
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<TopicPartition> partitions = new HashSet<>();
        committed.forEach(offsets -> partitions.addAll(offsets.keySet()));
        return ends(admin, partitions);
    }

    /** Where partitions end; those that are gone are left out. */
    static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> partitions)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        var asked = admin.listOffsets(wanted);
        Map<TopicPartition, Long> ends = new HashMap<>();
        List<TopicPartition> all = new ArrayList<>(partitions);
        for (TopicPartition partition : all) {
            try {
                ListOffsetsResultInfo end = asked.partitionResult(partition).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                ends.put(partition, end.offset());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return ends;
    }

    @Override
    public void close() {
        firstUnread.close();
    }
}
