package io.ains.heartbeat.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.protocol.HeartbeatEvent;
import io.ains.protocol.HeartbeatEvent.Heartbeat;
import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatReaderTest {
    private static final JsonSerde<HeartbeatEvent> SERDE = JsonSerde.ofInput(HeartbeatEvent.class);
    private static final String USUAL = """
            {"type":"Heartbeat","agent_id":"a-1","session_id":"s","status":"DEGRADED","uptime_ms":17,\
            "metrics":{"queue":3,"names":["x","\\u00e9ü"],"deep":{"a":[{},[],null,true,-1.5e3]}}}""";

    private final HeartbeatDeserializer deserializer = new HeartbeatDeserializer();

    private static byte[] bytes(String json) {
        return json.getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                USUAL,
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\"}",
                "{\"agent_id\":\"a\",\"type\":\"Heartbeat\"}",
                " { \"agent_id\" : \"\\u0061\", \"type\" : \"Heartbeat\" , \"status\":\"OFFLINE\" } ",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"unknown\":{\"x\":[1]},\"uptime_ms\":-5}",
            })
    void shouldReadTheUsualAsTheSchemaDoes(String json) {
        Heartbeat read = Objects.requireNonNull(HeartbeatReader.read(bytes(json)));

        assertSame(read, SERDE.deserialize(null, bytes(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{\"type\":\"Tick\",\"partition\":1}",
                "{\"type\":\"Heartbeat\"}",
                "{\"agent_id\":\"a\"}",
                "{\"type\":\"Heartbeat\",\"agent_id\":7}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"status\":\"WELL\"}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"status\":0}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"uptime_ms\":1.5}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"uptime_ms\":99999999999999999999}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\"} x",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\"",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"metrics\":3}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"metrics\":null}",
                "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"metrics\":{\"x\":}}",
            })
    void shouldLeaveTheUnusualToTheSchema(String json) {
        assertThat(HeartbeatReader.read(bytes(json))).isNull();
    }

    @Test
    void shouldNeverReadOtherwiseThanTheSchema() {
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = bytes(USUAL);
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) "\"{}[],:\\0e-aA \u00fc".charAt(random.nextInt(15));
            }
            Heartbeat fast = HeartbeatReader.read(broken);
            if (fast != null) {
                read++;
                assertSame(fast, SERDE.deserialize(null, broken));
            }
        }
        assertThat(read).isPositive();
    }

    private static void assertSame(Heartbeat fast, HeartbeatEvent schema) {
        assertThat(Json.MAPPER.readTree(SERDE.serialize(null, fast)))
                .isEqualTo(Json.MAPPER.readTree(SERDE.serialize(null, schema)));
    }

    @Test
    void shouldRefuseMetricsByTheirSizeWithoutWhitespace() {
        List<String> sparse = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            sparse.add("          \"k" + i + "\" : " + i);
        }
        String spaced = "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"metrics\":{" + String.join(",\n", sparse) + "}}";
        String fat = "{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"metrics\":{\"x\":\"" + "y".repeat(4_090) + "\"}}";

        assertThat(deserializer.deserialize(null, bytes(spaced))).isInstanceOf(Heartbeat.class);
        assertThatThrownBy(() -> deserializer.deserialize(null, bytes(fat)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("expected metrics of at most 4096 bytes, but got 4098");
    }
}
