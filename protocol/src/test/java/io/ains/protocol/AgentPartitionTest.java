package io.ains.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentPartitionTest {
    /** The test vectors of the protocol's documentation, for agents in other languages. */
    @ParameterizedTest
    @CsvSource({
        "agent-1, 1915575295, 3, 7",
        "agent-2, 539331879, 3, 7",
        "agent-3, 62563009, 1, 1",
        "summarizer-7, -836093851, 1, 5",
        "eu:ocr_1, 512366708, 0, 4",
        "7f3c2a9e-4b1d-4c66-9a57-0d2f7f1f5a10, 793033447, 3, 7",
        "a, -1563381124, 0, 4",
    })
    void shouldBeThePartitionOfTheDocumentedVectors(String agentId, int hash, int of4, int of8) {
        assertThat(Utils.murmur2(agentId.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
        assertThat(AgentPartition.of(agentId, 4)).isEqualTo(of4);
        assertThat(AgentPartition.of(agentId, 8)).isEqualTo(of8);
    }

    @Test
    void shouldBeThePartitionThatKafkaChoosesForTheKey() {
        long seed = Long.getLong("ains.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String agentId = "agent." + Long.toString(random.nextLong(), 36);
            byte[] key = agentId.getBytes(StandardCharsets.UTF_8);
            int partitions = 1 + random.nextInt(200);

            int partition = AgentPartition.of(agentId, partitions);

            assertThat(partition)
                    .as("-Dains.test.seed=%d: %s of %d", seed, agentId, partitions)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions))
                    .isEqualTo((Utils.murmur2(key) & 0x7fffffff) % partitions)
                    .isBetween(0, partitions - 1);
        }
    }
}
