package io.ains.registry.broker;

import io.ains.protocol.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * How the brokers are, as they say themselves.
 *
 * @param brokers that answer
 * @param underReplicated partitions of the installation's topics with a replica that is not in sync
 * @param offline partitions of the installation's topics without a leader
 * @param unreadable records in the topic of those that could not be read, since it was made
 * @param disks by broker, the log directory with the least share of room left
 */
record BrokerHealth(int brokers, int underReplicated, int offline, long unreadable, Map<Integer, Disk> disks) {
    private static final long TIMEOUT_SECONDS = 5;

    /** Room in bytes. */
    record Disk(long total, long usable) {
        double share() {
            return total == 0 ? 1 : (double) usable / total;
        }
    }

    static BrokerHealth of(Admin admin, Topics topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Integer> nodes = admin.describeCluster().nodes().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).stream()
                .map(Node::id)
                .toList();
        Set<String> names = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).stream()
                .filter(name -> name.startsWith(topics.prefix()))
                .collect(Collectors.toSet());
        Map<String, TopicDescription> found =
                admin.describeTopics(names).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        int underReplicated = 0;
        int offline = 0;
        for (TopicDescription topic : found.values()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                underReplicated += partition.isr().size() < partition.replicas().size() ? 1 : 0;
                offline += partition.leader() == null ? 1 : 0;
            }
        }
        return new BrokerHealth(nodes.size(), underReplicated, offline, unreadable(admin, topics), disks(admin, nodes));
    }

    private static long unreadable(Admin admin, Topics topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        return GroupLags.ends(admin, List.of(new TopicPartition(topics.deadLetters(), 0))).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Map<Integer, Disk> disks(Admin admin, List<Integer> nodes)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<Integer, Disk> disks = new TreeMap<>();
        for (var asked : admin.describeLogDirs(nodes).descriptions().entrySet()) {
            for (LogDirDescription dir :
                    asked.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).values()) {
                if (dir.totalBytes().isPresent() && dir.usableBytes().isPresent()) {
                    Disk disk = new Disk(
                            dir.totalBytes().getAsLong(), dir.usableBytes().getAsLong());
                    disks.merge(asked.getKey(), disk, (one, other) -> one.share() <= other.share() ? one : other);
                }
            }
        }
        return disks;
    }
}
