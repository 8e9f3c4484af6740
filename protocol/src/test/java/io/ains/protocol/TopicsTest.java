package io.ains.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private static final String LONGEST_PREFIX = "installation-1.of-a.very-long.name.12345";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
    /** The characters that stand for others, and the letters that they are written with. */
    private static final String TRICKY = "-_:.-_:.ucx0";

    /** The characters that take two each, so that long names of them take the long form. */
    private static final String ESCAPED = "-_:";

    private static final int NAMES = 200_000;

    @ParameterizedTest
    @ValueSource(strings = {Topics.DEFAULT_PREFIX, LONGEST_PREFIX, "a"})
    void shouldGiveEveryCapabilityALegalTopicOfItsOwn(String prefix) {
        long seed = Long.getLong("ains.test.seed", System.nanoTime());
        Topics topics = new Topics(prefix);
        Names names = new Names(new Random(seed), topics);
        Map<String, String> capabilityByUnifiedTopic = new HashMap<>();
        topics.fixed()
                .forEach(fixed -> capabilityByUnifiedTopic.put(Topic.unifyCollisionChars(fixed.name()), "(fixed)"));

        while (capabilityByUnifiedTopic.size() < NAMES) {
            String capability = names.next();

            String topic = topics.capability(capability);

            if (topic.length() > 249 || !Topic.isValid(topic)) {
                throw new AssertionError("-Dains.test.seed=" + seed + ": illegal topic " + topic);
            }
            if (!decode(prefix, topic).equals(capability)) {
                throw new AssertionError("-Dains.test.seed=" + seed + ": " + topic + " does not lead back to "
                        + capability + " but to " + decode(prefix, topic));
            }
            String before = capabilityByUnifiedTopic.put(Topic.unifyCollisionChars(topic), capability);
            if (before != null && !before.equals(capability)) {
                throw new AssertionError("-Dains.test.seed=" + seed + ": " + before + " and " + capability
                        + " share the topic " + topic + ", or differ only in . and _");
            }
        }

        assertThat(names.longForms).as("names written to base 36").isGreaterThan(100);
    }

    /**
     * The long form is a number; this is why no two capabilities have the same one. Every character is ASCII and none
     * is zero, so the number's highest byte is the first character, and its bytes are the capability again.
     */
    @Test
    void shouldTellLongNamesOfDifferentLengthsApart() {
        Topics topics = new Topics(LONGEST_PREFIX);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ALPHABET.length(); i++) {
            char first = ALPHABET.charAt(i);
            for (int length = 103; length <= Ids.MAX_LENGTH; length++) {
                String capability = first + "-".repeat(length - 1);

                String topic = topics.capability(capability);

                assertThat(topic).startsWith(LONGEST_PREFIX + "tasks.-x").hasSizeLessThanOrEqualTo(249);
                assertThat(decode(LONGEST_PREFIX, topic)).isEqualTo(capability);
                assertThat(seen.add(topic)).as("%s is new", topic).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "summarize, ains.tasks.summarize",
        "summarize:v1, ains.tasks.summarize-cv1",
        "ocr.fast, ains.tasks.ocr.fast",
        "ocr_fast, ains.tasks.ocr-ufast",
        "ocr-fast, ains.tasks.ocr--fast",
        "OCR, ains.tasks.OCR",
        "-x1, ains.tasks.--x1",
        "., ains.tasks..",
    })
    void shouldEncodeAsDocumented(String capability, String topic) {
        assertThat(Topics.withDefaultPrefix().capability(capability)).isEqualTo(topic);
        assertThatCode(() -> Topic.validate(topic)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseWhatIsNotAnId() {
        Topics topics = Topics.withDefaultPrefix();
        for (String capability : List.of("", " ", "a b", "a/b", "ä", "a\n", "a\u0000", "x".repeat(129))) {
            assertThatIllegalArgumentException()
                    .as("capability '%s'", capability)
                    .isThrownBy(() -> topics.capability(capability))
                    .withMessageStartingWith("expected a capability of 1 to 128 characters");
        }
        assertThat(topics.capability("x".repeat(128))).endsWith("x".repeat(128));
    }

    @Test
    void shouldRefuseAPrefixOutOfBounds() {
        for (String prefix : List.of("", ".ains", "-ains", "Ains.", "ains_", "ai ns.", "ains\n", "a".repeat(41))) {
            assertThatIllegalArgumentException()
                    .as("prefix '%s'", prefix)
                    .isThrownBy(() -> new Topics(prefix))
                    .withMessageContaining("but got \"" + prefix + "\"");
        }
        assertThat(LONGEST_PREFIX).hasSize(40);
        for (Topics.Spec fixed : new Topics(LONGEST_PREFIX).fixed()) {
            assertThatCode(() -> Topic.validate(fixed.name())).doesNotThrowAnyException();
        }
    }

    @Test
    void shouldListEveryFixedTopicOnce() {
        Topics topics = Topics.withDefaultPrefix();

        List<String> names = topics.fixed().stream().map(Topics.Spec::name).toList();

        assertThat(names)
                .containsExactlyInAnyOrder(
                        topics.agentRegistrations(),
                        topics.agentHeartbeats(),
                        topics.agentStates(),
                        topics.agentEvents(),
                        topics.agentCapacities(),
                        topics.agentOutcomes(),
                        topics.taskCommands(),
                        topics.taskResults(),
                        topics.taskEvents(),
                        topics.taskDeadLetters(),
                        topics.deadLetters());
        assertThat(names.stream().map(Topic::unifyCollisionChars)).doesNotHaveDuplicates();
    }

    /** The encoding backwards, written from its description. */
    private static String decode(String prefix, String topic) {
        String encoded = topic.substring((prefix + "tasks.").length());
        if (encoded.startsWith("-x")) {
            return new String(new BigInteger(encoded.substring(2), 36).toByteArray(), StandardCharsets.US_ASCII);
        }
        StringBuilder capability = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            capability.append(
                    c != '-'
                            ? c
                            : switch (encoded.charAt(++i)) {
                                case '-' -> '-';
                                case 'u' -> '_';
                                case 'c' -> ':';
                                default -> throw new AssertionError("an unknown escape in " + topic);
                            });
        }
        return capability.toString();
    }

    /** Random legal names, half of them close to one that was there before. */
    private static final class Names {
        private final Random random;
        private final Topics topics;
        private final List<String> recent = new ArrayList<>(List.of("a"));
        private int longForms;

        Names(Random random, Topics topics) {
            this.random = random;
            this.topics = topics;
        }

        String next() {
            String name = random.nextBoolean() ? fresh() : near(recent.get(random.nextInt(recent.size())));
            name = name.substring(0, Math.min(name.length(), Ids.MAX_LENGTH));
            if (recent.size() < 1_000) {
                recent.add(name);
            } else {
                recent.set(random.nextInt(recent.size()), name);
            }
            if (topics.capability(name).startsWith(topics.prefix() + "tasks.-x")) {
                longForms++;
            }
            return name;
        }

        private String fresh() {
            String alphabet = List.of(ALPHABET, TRICKY, ESCAPED).get(random.nextInt(3));
            int length = random.nextBoolean() ? 1 + random.nextInt(8) : Ids.MAX_LENGTH - random.nextInt(Ids.MAX_LENGTH);
            StringBuilder name = new StringBuilder();
            while (name.length() < length) {
                name.append(oneOf(alphabet));
            }
            return name.toString();
        }

        private String near(String name) {
            int at = random.nextInt(name.length());
            return switch (random.nextInt(6)) {
                case 0 -> name.substring(0, at) + oneOf(TRICKY) + name.substring(at + 1);
                case 1 -> name.substring(0, at) + oneOf(TRICKY) + name.substring(at);
                case 2 -> oneOf(TRICKY) + name;
                case 3 -> name.length() == 1 ? name : name.substring(1);
                // what a name is written as is itself a name, and must be written otherwise
                case 4 -> topics.capability(name).substring((topics.prefix() + "tasks.").length());
                default -> "-x" + new BigInteger(1, name.getBytes(StandardCharsets.US_ASCII)).toString(36);
            };
        }

        private char oneOf(String characters) {
            return characters.charAt(random.nextInt(characters.length()));
        }
    }
}
