package io.ains.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An example of every record of the protocol, made from the record's components, so that none can lack one; and what
 * each component is: required, optional, or with a default.
 */
final class Examples {
    /** The types of the topics, by the names of their schema files. */
    private static final Map<String, Class<?>> TOPIC_TYPES = Map.ofEntries(
            Map.entry("registration-event", RegistrationEvent.class),
            Map.entry("heartbeat-event", HeartbeatEvent.class),
            Map.entry("agent-state", AgentState.class),
            Map.entry("agent-event", AgentEvent.class),
            Map.entry("agent-capacity", AgentCapacity.class),
            Map.entry("agent-outcome", AgentOutcome.class),
            Map.entry("task-command", TaskCommand.class),
            Map.entry("task-delivery", TaskDelivery.class),
            Map.entry("task-result", TaskResult.class),
            Map.entry("task-event", TaskEvent.class),
            Map.entry("dead-task", DeadTask.class));

    /** What an absent field means. A JSON null stands for a default that is drawn from another field. */
    private static final Map<Class<?>, JsonNode> DEFAULTS = Map.of(
            Capability.class,
            json("{'max_concurrency': 1, 'deprecated': false}"),
            RegistrationEvent.AgentRegistration.class,
            json("{'tags': [], 'delivery': 'kafka', 'heartbeat_interval_ms': 5000}"),
            HeartbeatEvent.Heartbeat.class,
            json("{'status': 'ACTIVE'}"),
            TaskSpec.class,
            json("{'task_type': null, 'priority': 5, 'timeout_seconds': 300, 'max_retries': 3,"
                    + " 'retry_policy': 'exponential', 'min_trust': 0.0}"),
            AgentState.class,
            json("{'resting': []}"),
            TaskResult.Failed.class,
            json("{'retryable': true}"));

    private Examples() {}

    /** One record of one topic: the topic's type, and the record's. */
    record Case(Class<?> topicType, Class<?> type) {
        JsonSerde<?> serde() {
            return JsonSerde.of(topicType);
        }

        /** A value of which no field is null. */
        Object full() {
            return Examples.full(type);
        }

        /** The full value, as it is written. */
        ObjectNode fullJson() {
            return (ObjectNode) Json.MAPPER.readTree(write(topicType, full()));
        }

        /** As much JSON as the record needs. */
        ObjectNode minimalJson() {
            ObjectNode json = Json.MAPPER.createObjectNode();
            if (topicType.isInterface()) {
                json.set("type", fullJson().get("type"));
            }
            return json.setAll(Examples.minimal(type));
        }

        List<RecordComponent> components() {
            return List.of(type.getRecordComponents());
        }

        @Override
        public String toString() {
            return topicType == type ? type.getSimpleName() : topicType.getSimpleName() + " " + type.getSimpleName();
        }
    }

    static Collection<String> names() {
        return TOPIC_TYPES.keySet();
    }

    static Class<?> topicType(String name) {
        Class<?> type = TOPIC_TYPES.get(name);
        if (type == null) {
            throw new AssertionError("no topic's type is called " + name);
        }
        return type;
    }

    /** Every record of every topic. */
    static List<Case> all() {
        return TOPIC_TYPES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .flatMap(topicType -> records(topicType).map(type -> new Case(topicType, type)))
                .toList();
    }

    /** The records of a sealed union, or the record itself. */
    static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(Examples::records);
    }

    static boolean isRequired(RecordComponent component) {
        return !isNullable(component) && !hasDefault(component);
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static boolean hasDefault(RecordComponent component) {
        return defaults(component.getDeclaringRecord()).has(wireName(component));
    }

    /** The default of a component, if it is a constant. */
    static @Nullable JsonNode constantDefault(RecordComponent component) {
        JsonNode value = defaults(component.getDeclaringRecord()).get(wireName(component));
        return value == null || value.isNull() ? null : value;
    }

    static String wireName(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    static byte[] write(Class<?> topicType, Object value) {
        return Json.MAPPER.writerFor(topicType).writeValueAsBytes(value);
    }

    /** JSON, for a test's convenience in single quotes. */
    static JsonNode json(String singleQuoted) {
        return Json.MAPPER.readTree(singleQuoted.replace('\'', '"'));
    }

    private static JsonNode defaults(Class<?> type) {
        return DEFAULTS.getOrDefault(type, Json.MAPPER.createObjectNode());
    }

    private static Object full(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> value(component.getGenericType(), component.getName()))
                .toArray();
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no example of " + type, e);
        }
    }

    /** A value that tells by its look which component it belongs to, so that two swapped fields show. */
    private static Object value(Type type, String name) {
        int number = Math.floorMod(name.hashCode(), 10_000) + 1;
        if (type instanceof ParameterizedType list) {
            Type element = list.getActualTypeArguments()[0];
            return List.of(value(element, name + "A"), value(element, name + "B"));
        }
        if (type == String.class) {
            return name + " Ω \"\\\n";
        } else if (type == int.class || type == Integer.class) {
            return number;
        } else if (type == long.class || type == Long.class) {
            return Integer.MAX_VALUE + (long) number;
        } else if (type == double.class || type == Double.class) {
            return number + 0.1;
        } else if (type == boolean.class || type == Boolean.class) {
            return true;
        } else if (type == JsonNode.class) {
            return json("{'" + name + "': ['text', 1, 0.5, null, true, {}]}");
        } else if (type instanceof Class<?> word && word.isEnum()) {
            return word.getEnumConstants()[word.getEnumConstants().length - 1];
        } else if (type instanceof Class<?> nested && nested.isRecord()) {
            return full(nested);
        }
        throw new AssertionError("no example of " + type);
    }

    private static ObjectNode minimal(Class<?> type) {
        JsonNode full = Json.MAPPER.valueToTree(full(type));
        ObjectNode minimal = Json.MAPPER.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isRequired(component)) {
                String name = wireName(component);
                minimal.set(name, component.getType().isRecord() ? minimal(component.getType()) : full.get(name));
            }
        }
        return minimal;
    }
}
