package io.ains.protocol;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** Where an agent's records lie on a topic that is keyed by agent id: {@code murmur2(agent_id) & 0x7fffffff % partitions}. */
public final class AgentPartition {
    private AgentPartition() {}

    /**
     * The partition of one agent, the same that Kafka's default partitioner chooses for its id as the key.
     *
     * @param agentId the key, in UTF-8
     * @param partitions how many the topic has, from 1
     * @return 0 to partitions − 1
     */
    public static int of(String agentId, int partitions) {
        return BuiltInPartitioner.partitionForKey(agentId.getBytes(StandardCharsets.UTF_8), partitions);
    }
}
