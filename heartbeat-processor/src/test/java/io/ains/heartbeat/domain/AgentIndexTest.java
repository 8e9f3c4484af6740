package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.AgentStatus;
import io.ains.protocol.DeliveryMode;
import io.ains.protocol.StatusReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentIndexTest {
    private final AgentIndex index = new AgentIndex();

    @Test
    void shouldFindNobodyWhenEmpty() {
        assertThat(index.get("a")).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldHoldWhatAMapHolds(long seed) {
        Random random = new Random(seed);
        Map<String, Agent> map = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            // Grows to some hundreds, and shrinks to a few, again and again.
            int ids = step / 2_000 % 2 == 0 ? 500 : 20;
            String id = "agent-" + random.nextInt(500);
            Agent known = map.get(id);
            if (known == null && map.size() < ids) {
                Agent agent = agent(id);
                map.put(id, agent);
                index.add(agent);
            } else if (known != null && (map.size() > ids || random.nextInt(3) == 0)) {
                map.remove(id);
                index.remove(known);
            }
            String asked = "agent-" + random.nextInt(500);
            assertThat(index.get(asked)).as(asked).isSameAs(map.get(asked));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(index.get("agent-" + i)).isSameAs(map.get("agent-" + i));
        }
    }

    @Test
    void shouldNotHaveIdsMeetThatWereChosenForIt() {
        // All of one String.hashCode: looked for one after the other, they would be two billion reads.
        int agents = 1 << 16;
        for (int i = 0; i < agents; i++) {
            index.add(agent(colliding(i)));
        }

        assertThat(colliding(1)).hasSameHashCodeAs(colliding(2));
        assertThat(index.longestProbe()).isLessThan(200);
    }

    private static String colliding(int number) {
        StringBuilder id = new StringBuilder();
        for (int bit = 0; bit < 16; bit++) {
            id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return id.toString();
    }

    private static Agent agent(String id) {
        return new Agent(new AgentRecord(
                id,
                0,
                new Profile(id, null, null, null, null, List.of(), DeliveryMode.KAFKA, 1_000),
                List.of(),
                new Standing("s", AgentStatus.AVAILABLE, StatusReason.REGISTERED, 0, List.of()),
                List.of(),
                new Trust(0.5, 0, 0, 0, null, null),
                Returns.NONE,
                Vitals.NONE));
    }
}
