package io.ains.heartbeat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.ains.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HeldJsonTest {
    private static final String FIRST = "{\"queue\":3,\"names\":[\"ü\",\"\\n\",null]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"queue\":4,\"names\":[\"ö\",\"\\t\",null]}",
                "{\"queue\":4,\"names\":[\"ö\",\"\\t\",null],\"longer\":{\"a\":1.5e300}}",
                "{\"queue\":4,\"é\":\"\uD83D\uDE00\"}",
                "{}"
            })
    void shouldHoldWhatReplacedTheFirst(String second) {
        HeldJson raw = new HeldJson(Json.raw(FIRST));
        HeldJson tree = new HeldJson(tree(FIRST));

        raw.replace(Json.raw(second));
        tree.replace(tree(second));

        assertThat(tree(written(raw))).isEqualTo(tree(second));
        assertThat(tree(written(tree))).isEqualTo(tree(second));
        raw.replace(tree(FIRST));
        assertThat(tree(written(raw))).isEqualTo(tree(FIRST));
    }

    @Test
    void shouldNotChangeWhatItHasGivenOut() {
        HeldJson held = new HeldJson(Json.raw("{\"queue\":3}"));
        JsonNode given = held.value();

        held.replace(Json.raw("{\"queue\":4}"));

        assertThat(given).hasToString("{\"queue\":3}");
        assertThat(written(held)).isEqualTo("{\"queue\":4}");
    }

    private static String written(HeldJson held) {
        return Json.textOf(held.value());
    }

    private static JsonNode tree(String json) {
        return Json.MAPPER.readTree(json);
    }
}
