package io.ains.service;

import io.ains.protocol.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics that are missing. Every service does so at its start, in any order. Safe for many threads. */
public final class TopicProvisioner {
    private static final int DESCRIBE_ATTEMPTS = 100;
    private static final long DESCRIBE_PAUSE_MS = 50;

    private final Admin admin;
    private final Topics topics;
    private final ServiceSettings settings;

    TopicProvisioner(Admin admin, Topics topics, ServiceSettings settings) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
    }

    /**
     * Makes what is missing of the fixed topics, and checks what is there.
     *
     * @throws TopicLayoutException if a topic has another partition count than the settings say
     * @throws KafkaException if Kafka does not answer, or refuses
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void ensureFixedTopics() throws InterruptedException {
        List<Topics.Spec> specs = topics.fixed();
        List<NewTopic> wanted = new ArrayList<>();
        for (Topics.Spec spec : specs) {
            wanted.add(newTopic(spec, partitionsOf(spec)));
        }
        for (var created : admin.createTopics(wanted).values().entrySet()) {
            try {
                created.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw asKafkaException(e);
                }
            }
        }
        checkPartitions(specs);
    }

    private void checkPartitions(List<Topics.Spec> specs) throws InterruptedException {
        Map<String, TopicDescription> found =
                describe(specs.stream().map(Topics.Spec::name).toList());
        for (Topics.Spec spec : specs) {
            int actual =
                    Objects.requireNonNull(found.get(spec.name())).partitions().size();
            if (actual != partitionsOf(spec)) {
                throw new TopicLayoutException("expected topic " + spec.name() + " to have " + partitionsOf(spec)
                        + " partitions, but it has " + actual
                        + ": set ains.partitions to the count that the installation was made with");
            }
        }
    }

    /** The controller makes a topic a little before the brokers know it, and Streams does not start without them. */
    private Map<String, TopicDescription> describe(List<String> names) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return admin.describeTopics(names).allTopicNames().get();
            } catch (ExecutionException e) {
                if (attempt == DESCRIBE_ATTEMPTS || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw asKafkaException(e);
                }
                TimeUnit.MILLISECONDS.sleep(DESCRIBE_PAUSE_MS);
            }
        }
    }

    /**
     * Makes the topic of a capability if it is missing. Whoever made it first chose its partition count.
     *
     * @param capability a valid id
     * @return completed once the topic is there; exceptionally if Kafka does not answer, or refuses. It completes on
     *     a thread of the Kafka client that must not be blocked.
     */
    public CompletableFuture<Void> ensureCapabilityTopic(String capability) {
        NewTopic topic = newTopic(topics.capabilitySpec(capability), settings.capabilityPartitions());
        CompletableFuture<Void> ready = new CompletableFuture<>();
        admin.createTopics(List.of(topic)).all().whenComplete((nothing, failure) -> {
            if (failure == null || failure instanceof TopicExistsException) {
                ready.complete(null);
            } else {
                ready.completeExceptionally(failure);
            }
        });
        return ready;
    }

    private int partitionsOf(Topics.Spec spec) {
        return spec.partitioned() ? settings.partitions() : 1;
    }

    private NewTopic newTopic(Topics.Spec spec, int partitions) {
        Optional<Short> replication =
                settings.replicationFactor() < 0 ? Optional.empty() : Optional.of(settings.replicationFactor());
        return new NewTopic(spec.name(), Optional.of(partitions), replication).configs(spec.config());
    }

    private static KafkaException asKafkaException(ExecutionException e) {
        return e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }

    /** A topic is not laid out as the settings say; waiting does not help. */
    public static final class TopicLayoutException extends RuntimeException {
        TopicLayoutException(String message) {
            super(message);
        }
    }
}
