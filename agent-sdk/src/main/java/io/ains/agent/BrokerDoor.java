package io.ains.agent;

import io.ains.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What must be true of the brokers before a client starts, and what it means if it is not. */
final class BrokerDoor {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ClientSettings settings;

    BrokerDoor(ClientSettings settings) {
        this.settings = settings;
    }

    /**
     * Looks for topics until all are there; makes those that it may make.
     *
     * @param required made by the control plane
     * @param own made here, where they are missing
     * @param ownPartitions of those made here
     * @return how many partitions each has
     * @throws AinsException if the deadline passes first, or a broker refuses
     */
    Map<String, Integer> partitions(
            String clientId, List<String> required, List<Topics.Spec> own, int ownPartitions, Deadline deadline) {
        List<String> names = new ArrayList<>(required);
        own.forEach(spec -> names.add(spec.name()));
        Admin admin = openAdmin(clientId);
        try {
            while (true) {
                Map<String, Integer> found = describe(admin, names, deadline);
                if (found.size() == names.size()) {
                    return found;
                }
                List<NewTopic> missing = own.stream()
                        .filter(spec -> !found.containsKey(spec.name()))
                        .map(spec -> new NewTopic(spec.name(), Optional.of(ownPartitions), Optional.empty())
                                .configs(spec.config()))
                        .toList();
                create(admin, missing, deadline);
                if (deadline.left().compareTo(PAUSE) < 0) {
                    names.removeAll(found.keySet());
                    throw new AinsException.TopicsMissing("expected the topics " + names
                            + ", which the control plane makes, but they are not there: is it running, with the same"
                            + " topic prefix?");
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            // without a timeout it would wait for the answers that this thread has just given up
            admin.close(Duration.ZERO);
        }
    }

    private Admin openAdmin(String clientId) {
        try {
            return Admin.create(settings.admin(clientId));
        } catch (KafkaException e) {
            throw explain(e, "connect");
        }
    }

    private Map<String, Integer> describe(Admin admin, List<String> names, Deadline deadline)
            throws InterruptedException {
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        names, new DescribeTopicsOptions().timeoutMs(millis(deadline)))
                .topicNameValues();
        Map<String, Integer> found = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get().partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw explain(cause(e), "describe topic " + answer.getKey());
                }
            }
        }
        return found;
    }

    private void create(Admin admin, List<NewTopic> topics, Deadline deadline) throws InterruptedException {
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(
                        topics, new CreateTopicsOptions().timeoutMs(millis(deadline)))
                .values();
        for (Map.Entry<String, KafkaFuture<Void>> answer : answers.entrySet()) {
            try {
                answer.getValue().get();
            } catch (ExecutionException e) {
                // another agent of the capability, or the dispatcher, was quicker: just as well
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw explain(cause(e), "create topic " + answer.getKey());
                }
            }
        }
    }

    /** Waits for a send to be acknowledged. */
    void await(Future<?> send, String doing, Deadline deadline) {
        try {
            send.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw explain(cause(e), doing);
        } catch (TimeoutException e) {
            throw explain(e, doing);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Names an error for whoever starts an agent or a client. */
    AinsException explain(Throwable error, String doing) {
        if (error instanceof AuthenticationException || error instanceof AuthorizationException) {
            return new AinsException.NotAuthorized(
                    "expected to be allowed to " + doing + ", but the broker said: " + error.getMessage()
                            + ": grant it (docs/protocol.md lists the rights that are needed), or set another identity"
                            + " by kafka(...)",
                    error);
        }
        boolean timedOut =
                error instanceof TimeoutException || error instanceof org.apache.kafka.common.errors.TimeoutException;
        if (timedOut || (error.getCause() instanceof ConfigException cause && names(cause, "bootstrap"))) {
            return new AinsException.BrokerUnreachable(
                    "expected a Kafka broker at bootstrap.servers=" + settings.bootstrapServers()
                            + ", but none answered in time to " + doing,
                    error);
        }
        return new AinsException.ClientFailed("expected to " + doing + ", but " + error, error);
    }

    /** The error for a thread that was told to stop; it stays told. */
    static IllegalStateException interrupted() {
        Thread.currentThread().interrupt();
        return new IllegalStateException("expected to start, but the thread was interrupted");
    }

    private static boolean names(ConfigException error, String word) {
        return String.valueOf(error.getMessage()).contains(word);
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static int millis(Deadline deadline) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.left().toMillis()));
    }
}
