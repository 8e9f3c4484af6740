package io.ains.registry.projection;

import io.ains.protocol.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/**
 * How new what a client has seen is: up to where the tables contained the topics. A client that got one from one
 * instance can ask another to answer from tables that are at least as new. Safe for many threads.
 */
@Component
public final class Versions {
    /** The most partitions that one version may name: those of all topics, of the largest installation. */
    private static final int MAX_PARTS = 4_000;

    private static final Pattern PART = Pattern.compile("([a-z])(\\d{1,4})\\.(\\d{1,18})");

    private final Positions positions;
    private final Map<String, String> topicOfLetter;
    private final Map<String, String> letterOfTopic;

    Versions(Topics topics, Positions positions) {
        this.positions = positions;
        this.topicOfLetter = Map.of(
                "t", topics.taskEvents(),
                "d", topics.taskDeadLetters(),
                "e", topics.agentEvents(),
                "a", topics.agentStates());
        this.letterOfTopic = topicOfLetter.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /**
     * A version as a header carries it, such as {@code a0.17,e0.52}.
     *
     * @param next of each partition, the offset after the last record that the tables contained
     */
    public String write(Map<TopicPartition, Long> next) {
        Map<String, Long> parts = new TreeMap<>();
        next.forEach(
                (partition, offset) -> parts.put(letterOfTopic.get(partition.topic()) + partition.partition(), offset));
        return parts.entrySet().stream()
                .map(part -> part.getKey() + "." + part.getValue())
                .collect(Collectors.joining(","));
    }

    /** The version that is as new as each of several; empty if there are none. */
    public String newest(Stream<String> written) {
        Map<TopicPartition, Long> newest = new HashMap<>();
        written.forEach(each -> parse(each).forEach((partition, next) -> newest.merge(partition, next, Math::max)));
        return write(newest);
    }

    /**
     * Waits until the tables are as new as a version. The caller sets the deadline.
     *
     * @throws IllegalArgumentException if it is not one that {@link #write} wrote
     */
    public CompletableFuture<Void> reached(String version) {
        CompletableFuture<?>[] parts = parse(version).entrySet().stream()
                .map(part -> positions.reached(part.getKey(), part.getValue()))
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> all = CompletableFuture.allOf(parts);
        all.whenComplete((nothing, failure) -> {
            if (failure != null) {
                // Nobody waits for these any more.
                Stream.of(parts).forEach(part -> part.cancel(false));
            }
        });
        return all;
    }

    private Map<TopicPartition, Long> parse(String version) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (String part : version.split(",", MAX_PARTS)) {
            Matcher matcher = PART.matcher(part.strip());
            String topic = matcher.matches() ? topicOfLetter.get(matcher.group(1)) : null;
            if (topic == null) {
                throw new IllegalArgumentException("expected a version as an answer carried it, such as t0.17");
            }
            next.merge(
                    new TopicPartition(topic, Integer.parseInt(matcher.group(2))),
                    Long.parseLong(matcher.group(3)),
                    Math::max);
        }
        return next;
    }
}
