package io.ains.heartbeat.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ains.protocol.Json;
import tools.jackson.databind.JsonNode;

/**
 * A JSON value that is often replaced and rarely read, as text that is written over where it lies. To hold a new object for
 * each heartbeat of each agent would have the garbage collector look through the whole fleet in each of its rounds.
 */
final class HeldJson {
    /** Of what may be held, so much must be in use; an array that has become too large is given up. */
    private static final int LEAST_SHARE_IN_USE = 4;

    private byte[] text;
    private int length;

    HeldJson(JsonNode value) {
        text = textOf(value);
        length = text.length;
    }

    void replace(JsonNode value) {
        byte[] newer = textOf(value);
        if (newer.length > text.length || newer.length < text.length / LEAST_SHARE_IN_USE) {
            text = newer;
        } else {
            System.arraycopy(newer, 0, text, 0, newer.length);
        }
        length = newer.length;
    }

    /** What is held now; later replacements do not change it. */
    JsonNode value() {
        return Json.raw(new String(text, 0, length, UTF_8));
    }

    private static byte[] textOf(JsonNode value) {
        return Json.textOf(value).getBytes(UTF_8);
    }
}
