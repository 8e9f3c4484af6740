package io.ains.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.agent.Agent;
import io.ains.dispatcher.TaskDispatcherApplication;
import io.ains.heartbeat.HeartbeatProcessorApplication;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.testkit.ServiceProcess;
import io.ains.testkit.TaskGuarantees;
import io.ains.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two dispatchers of which one is killed, again and again, under a steady load. {@code -Dains.guarantees.seconds=N} runs
 * it for longer.
 */
class DispatcherCrashTest {
    private static final int TASKS_PER_SECOND = 200;
    private static final int SLOTS = 8;
    private static final int AGENTS_EACH = 2;
    private static final long KILL_EVERY_SECONDS = 14;
    private static final long BACK_AFTER_SECONDS = 5;
    private static final Duration SETTLED = Duration.ofSeconds(90);
    private static final List<String> CAPABILITIES = List.of("translate", "summarize", "classify", "extract");

    private final Topics topics = Topics.withDefaultPrefix();
    private final Map<String, Integer> slots = new HashMap<>();
    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final Stalls stalls = new Stalls();

    @Test
    void shouldKeepEveryPromiseWhileDispatchersAreKilled(@TempDir Path folder) throws Exception {
        long seconds = Long.getLong("ains.guarantees.seconds", 30);
        try (Cluster cluster = Cluster.withOneBroker(folder)) {
            ServiceProcess fleet = cluster.start(HeartbeatProcessorApplication.class, "fleet");
            List<ServiceProcess> dispatchers = List.of(
                    cluster.start(TaskDispatcherApplication.class, "dispatcher-1"),
                    cluster.start(TaskDispatcherApplication.class, "dispatcher-2"));
            cluster.awaitReady(fleet);
            for (ServiceProcess dispatcher : dispatchers) {
                cluster.awaitReady(dispatcher);
            }
            TopicReader<TaskEvent> events = read(cluster, topics.taskEvents(), TaskEvent.class);
            startAgents(cluster);
            awaitKnown(cluster, events);

            int kills = load(cluster, dispatchers, seconds);

            int submitted = accepted.size();
            settle(() -> ended(events.values()) >= submitted);
            TaskGuarantees result =
                    new TaskGuarantees(accepted, events.values(), deliveries(cluster, submitted), slots);
            System.out.printf(
                    "guarantees: %d s, %d kills, %d tasks accepted, %d completed, %d requeued, worst stall of a"
                            + " capability %.1f s%n",
                    seconds,
                    kills,
                    submitted,
                    result.ended(TaskStatus.COMPLETED),
                    result.requeued(),
                    stalls.worstSeconds());
            assertThat(result.violations()).isEmpty();
            assertThat(result.ended(TaskStatus.COMPLETED)).isEqualTo(submitted);
            assertThat(kills).isPositive();
        }
    }

    /** What has not come by then, the guarantees will tell in more words. */
    private static void settle(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + SETTLED.toNanos();
        while (!condition.call() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private void startAgents(Cluster cluster) {
        for (String capability : CAPABILITIES) {
            for (int i = 0; i < AGENTS_EACH; i++) {
                String id = capability + "-" + i;
                slots.put(id, SLOTS);
                Agent agent = Agent.builder(id)
                        .bootstrapServers(cluster.bootstrapServers())
                        .capability(capability, task -> {
                            stalls.started(capability);
                            TimeUnit.MILLISECONDS.sleep(20);
                            return Map.of("by", id, "attempt", task.attempt());
                        })
                        .maxConcurrency(SLOTS)
                        .build();
                agent.start();
                cluster.closeFirst(agent);
            }
        }
    }

    /** A task of each capability comes through; only then is there a pause to be measured. */
    private void awaitKnown(Cluster cluster, TopicReader<TaskEvent> events) throws Exception {
        try (KafkaProducer<String, byte[]> producer = producer(cluster)) {
            await().atMost(SETTLED).pollInterval(Duration.ofMillis(500)).until(() -> {
                for (String capability : CAPABILITIES) {
                    if (!stalls.hasStarted(capability)) {
                        submit(producer, "first-" + capability, capability).get(10, TimeUnit.SECONDS);
                    }
                }
                return CAPABILITIES.stream().allMatch(stalls::hasStarted);
            });
        }
        events.awaitValues(SETTLED, all -> ended(all) >= CAPABILITIES.size());
        accepted.clear();
        CAPABILITIES.forEach(capability -> accepted.add("first-" + capability));
    }

    private int load(Cluster cluster, List<ServiceProcess> dispatchers, long seconds) throws Exception {
        int kills = 0;
        int sent = 0;
        stalls.clear();
        try (KafkaProducer<String, byte[]> producer = producer(cluster)) {
            long began = System.nanoTime();
            long nextKill = TimeUnit.SECONDS.toNanos(KILL_EVERY_SECONDS / 2);
            for (long now = 0; now < TimeUnit.SECONDS.toNanos(seconds); now = System.nanoTime() - began) {
                for (long due = TASKS_PER_SECOND * now / TimeUnit.SECONDS.toNanos(1); sent < due; sent++) {
                    var unused = submit(producer, "task-" + sent, CAPABILITIES.get(sent % CAPABILITIES.size()));
                }
                ServiceProcess victim = dispatchers.get(kills % dispatchers.size());
                ServiceProcess other = dispatchers.get((kills + 1) % dispatchers.size());
                if (!other.isAlive()) {
                    if (now >= nextKill - TimeUnit.SECONDS.toNanos(KILL_EVERY_SECONDS - BACK_AFTER_SECONDS)) {
                        other.start();
                    }
                } else if (now >= nextKill && cluster.isReady(other) && cluster.isReady(victim)) {
                    victim.kill();
                    kills++;
                    nextKill = now + TimeUnit.SECONDS.toNanos(KILL_EVERY_SECONDS);
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            producer.flush();
        }
        return kills;
    }

    private Future<?> submit(KafkaProducer<String, byte[]> producer, String taskId, String capability) {
        TaskSpec task = TaskSpec.of(taskId, "client-" + taskId.hashCode() % 3, capability)
                .priority(Math.floorMod(taskId.hashCode(), 11))
                .build();
        byte[] command = JsonSerde.of(TaskCommand.class).serialize(null, new TaskCommand.SubmitTask(null, task));
        return producer.send(new ProducerRecord<>(topics.taskCommands(), capability, command), (metadata, failure) -> {
            if (failure == null) {
                accepted.add(taskId);
            }
        });
    }

    private static KafkaProducer<String, byte[]> producer(Cluster cluster) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static long ended(List<TaskEvent> events) {
        return events.stream()
                .filter(event -> event instanceof TaskEvent.Completed || event instanceof TaskEvent.Failed)
                .map(TaskEvent::taskId)
                .distinct()
                .count();
    }

    private List<TaskDelivery> deliveries(Cluster cluster, int atLeast) throws Exception {
        List<TopicReader<TaskDelivery>> readers = CAPABILITIES.stream()
                .map(capability -> read(cluster, topics.capability(capability), TaskDelivery.class))
                .toList();
        List<TaskDelivery> all = new ArrayList<>();
        settle(() -> {
            all.clear();
            readers.forEach(reader -> all.addAll(reader.values()));
            return all.size() >= atLeast;
        });
        return all;
    }

    private <T> TopicReader<T> read(Cluster cluster, String topic, Class<T> type) {
        JsonSerde<T> serde = JsonSerde.of(type);
        TopicReader<T> reader =
                TopicReader.of(cluster.bootstrapServers(), topic, bytes -> serde.deserialize(null, bytes));
        cluster.closeFirst(reader);
        return reader;
    }
}
