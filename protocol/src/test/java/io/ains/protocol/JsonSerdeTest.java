package io.ains.protocol;

import static io.ains.protocol.Examples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class JsonSerdeTest {
    private static final String TOPIC = "any";

    static Collection<Examples.Case> records() {
        return Examples.all();
    }

    @Test
    void shouldHaveEveryRecordOfThePackage() {
        assertThat(records().stream().map(Examples.Case::topicType).distinct()).hasSize(11);
        assertThat(records()).hasSize(5 + 2 + 1 + 10 + 1 + 3 + 7 + 3 + 6 + 16 + 1);
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldReadWhatItWrote(Examples.Case example) {
        Object full = example.full();
        ObjectNode json = example.fullJson();

        assertThat(read(example.topicType(), json.toString())).isEqualTo(full);

        List<String> names = new ArrayList<>(
                example.components().stream().map(Examples::wireName).toList());
        if (example.topicType().isInterface()) {
            names.add(0, "type");
        }
        assertThat(json.propertyNames()).as("fields, in their order").containsExactlyElementsOf(names);
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldFillInDefaultsAndLeaveOutNulls(Examples.Case example) throws ReflectiveOperationException {
        ObjectNode minimal = example.minimalJson();

        Object value = read(example.topicType(), minimal.toString());

        JsonNode written = Json.MAPPER.readTree(Examples.write(example.topicType(), value));
        for (RecordComponent component : example.components()) {
            String name = Examples.wireName(component);
            if (Examples.isNullable(component)) {
                assertThat(component.getAccessor().invoke(value)).as(name).isNull();
                assertThat(written.has(name)).as("%s is left out", name).isFalse();
            } else {
                assertThat(written.hasNonNull(name)).as("%s is there", name).isTrue();
            }
            JsonNode constant = Examples.constantDefault(component);
            if (constant != null) {
                assertThat(written.get(name)).as(name).isEqualTo(constant);
            }
        }
        assertThat(read(example.topicType(), written.toString())).isEqualTo(value);
    }

    @Test
    void shouldTakeTheCapabilityForAMissingTaskType() {
        assertThat(read(TaskSpec.class, "{'task_id':'t','client_id':'c','capability':'ocr'}"))
                .isEqualTo(TaskSpec.of("t", "c", "ocr").build());
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldRefuseARecordWithoutARequiredField(Examples.Case example) {
        for (RecordComponent component : example.components()) {
            if (!Examples.isRequired(component)) {
                continue;
            }
            String name = Examples.wireName(component);
            ObjectNode without = example.fullJson();
            without.remove(name);
            ObjectNode withNull = example.fullJson();
            withNull.putNull(name);

            for (ObjectNode broken : List.of(without, withNull)) {
                assertThat(refusal(example.topicType(), broken.toString())).contains(name);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldIgnoreUnknownFields(Examples.Case example) {
        ObjectNode json = example.fullJson();
        json.set("from_a_later_version", json("{'a': [{'type': 'b'}]}"));
        json.put("x", 1);

        assertThat(read(example.topicType(), json.toString())).isEqualTo(example.full());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            heartbeat-event    | {"type":"Heartbeat","agent_id":"a-1","status":"ACTIVE"}
            heartbeat-event    | {"type":"Tick","partition":3}
            task-result        | {"type":"Tick","partition":3}
            task-result        | {"type":"TaskCompleted","task_id":"t-1","agent_id":"a-1","session_id":"s-1","attempt":1,"result_data":{"pages":3}}
            task-command       | {"type":"CancelTask","task_id":"t-1","capability":"ocr","request_id":"r-1"}
            task-delivery      | {"type":"TaskRevocation","task_id":"t-1","agent_id":"a-1","session_id":"s-1","attempt":2,"reason":"timeout"}
            registration-event | {"type":"CapabilityPublication","agent_id":"a-1","capability":{"name":"ocr","max_concurrency":2,"latency_p99_ms":1.5,"deprecated":false}}
            task-event         | {"type":"TaskAssigned","task_id":"t-1","capability":"ocr","at":1700000000000,"agent_id":"a-1","session_id":"s-1","attempt":1}
            """)
    void shouldKeepTheFormOnTheWire(String file, String wire) {
        Class<?> type = Examples.topicType(file);

        assertThat(new String(Examples.write(type, read(type, wire)), StandardCharsets.UTF_8))
                .isEqualTo(wire);
    }

    @Test
    void shouldReadTheTypeWhereverItStands() {
        assertThat(read(TaskResult.class, "{'partition':1,'type':'Tick'}")).isEqualTo(new Tick(1, null));
    }

    @Test
    void shouldTakeNullForATombstone() {
        JsonSerde<AgentState> serde = JsonSerde.of(AgentState.class);

        assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
        assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, quoteCharacter = '`', textBlock = """
            ``                                  | end-of-input
            ` `                                 | end-of-input
            null                                | the JSON literal null
            []                                  | type id
            42                                  | missing type id property 'type'
            "Tick"                              | missing type id property 'type'
            {}                                  | missing type id property 'type'
            {"partition":1}                     | missing type id property 'type'
            {"type":null,"partition":1}         | missing type id property 'type'
            {"type":"Tock","partition":1}       | 'Tock'
            {"type":"tick","partition":1}       | known type ids = [TaskCompleted, TaskFailed, TaskProgress, TaskReleased, TaskStarted, Tick]
            {"type":"Tick","partition":1} x     | Unrecognized token 'x'
            {"type":"Tick","partition":1}{}     | Trailing token
            {"type":"Tick","partition":1        | end-of-input
            {"type":"Tick","partition":NaN}     | NaN
            {"type":"Tick","partition":"1"}     | at /partition
            {"type":"Tick","partition":""}      | at /partition
            {"type":"Tick","partition":1.0}     | at /partition
            {"type":"Tick","partition":1e0}     | at /partition
            {"type":"Tick","partition":true}    | at /partition
            {"type":"Tick","partition":[1]}     | at /partition
            {"type":"Tick","partition":2147483648} | out of range
            {'type':'Tick','partition':1}       | Unexpected character
            {"type":"Tick","partition":1,}      | Unexpected character
            {"type":"Tick",/**/"partition":1}   | Unexpected character
            """)
    void shouldRefuseGarbageWithASentence(String garbage, String reason) {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> JsonSerde.of(TaskResult.class).deserialize(TOPIC, utf8(garbage)))
                .withMessageStartingWith("expected TaskResult, but ")
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent_id", "unknown"})
    void shouldRefuseWhatIsNotUtf8(String field) {
        byte[] json = utf8("{\"type\":\"Heartbeat\",\"agent_id\":\"a\",\"" + field + "\":\"?\"}");
        json[json.length - 3] = (byte) 0xFF;

        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> JsonSerde.of(HeartbeatEvent.class).deserialize(TOPIC, json))
                .withMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics", "unknown"})
    void shouldRefuseDeepNestingBeforeTheStackEnds(String field) {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);

        assertThat(refusal(HeartbeatEvent.class, "{'type':'Heartbeat','agent_id':'a','" + field + "':" + deep + "}"))
                .contains("nesting depth");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'0.5'", "''", "'NaN'", "'Infinity'", "'-INF'", "NaN", "Infinity", "1e999", "-1e999", "true"})
    void shouldTakeOnlyFiniteNumbersForADouble(String notANumber) {
        refusal(RegistrationEvent.class, "{'type':'TrustAdjustment','agent_id':'a','delta':" + notANumber + "}");
        refusal(TaskSpec.class, "{'task_id':'t','client_id':'c','capability':'x','min_trust':" + notANumber + "}");

        assertThat(read(RegistrationEvent.class, "{'type':'TrustAdjustment','agent_id':'a','delta':-1}"))
                .isEqualTo(new RegistrationEvent.TrustAdjustment("a", null, -1.0, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'EXPONENTIAL'", "'Fixed'", "''", "' '", "'1'", "1", "true", "[]", "{}"})
    void shouldRefuseAnUnknownWord(String word) {
        String refusal =
                refusal(TaskSpec.class, "{'task_id':'t','client_id':'c','capability':'x','retry_policy':" + word + "}");

        assertThat(refusal).contains("at /retry_policy");
    }

    @Test
    void shouldNameTheWordsThatItKnows() {
        assertThat(refusal(TaskSpec.class, "{'task_id':'t','client_id':'c','capability':'x','retry_policy':'never'}"))
                .contains("'never'", "exponential", "linear", "fixed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5.5", "true", "[]", "{}"})
    void shouldRefuseATextThatIsNone(String value) {
        assertThat(refusal(TaskSpec.class, "{'task_id':" + value + ",'client_id':'c','capability':'x'}"))
                .contains("at /task_id");
    }

    @Test
    void shouldSayWhereInANestedRecordTheFaultIs() {
        String registration =
                "{'type':'AgentRegistration','agent_id':'a','session_id':'s','capabilities':%s,'tags':%s}";

        assertThat(refusal(RegistrationEvent.class, registration.formatted("[{'name':'x'},{'price':1}]", "[]")))
                .contains("at /capabilities/1: a required field is missing: name");
        assertThat(refusal(RegistrationEvent.class, registration.formatted("[null]", "[]")))
                .contains("at /capabilities/0");
        assertThat(refusal(RegistrationEvent.class, registration.formatted("[]", "['a',null]")))
                .contains("at /tags/1");
    }

    @Test
    void shouldKeepTheReasonShortEnoughForAHeader() {
        String huge = "x".repeat(500_000);

        assertThat(refusal(TaskResult.class, "{'type':'" + huge + "'}")).hasSizeLessThan(600);
        assertThat(refusal(TaskResult.class, "{'type':'Tick','partition':'" + huge + "'}"))
                .hasSizeLessThan(600);
        assertThat(refusal(TaskResult.class, huge)).hasSizeLessThan(600);
    }

    private static Object read(Class<?> topicType, String json) {
        return JsonSerde.of(topicType).deserialize(TOPIC, utf8(json.startsWith("{'") ? json.replace('\'', '"') : json));
    }

    /** The message with which the JSON is refused; double quotes in it as single ones. */
    private static String refusal(Class<?> topicType, String json) {
        try {
            Object value = read(topicType, json);
            throw new AssertionError("expected a refusal of " + json + ", but got " + value);
        } catch (SerializationException e) {
            assertThat(e).hasMessageStartingWith("expected " + topicType.getSimpleName() + ", but ");
            return String.valueOf(e.getMessage()).replace('"', '\'');
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
