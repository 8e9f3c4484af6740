package io.ains.benchmarks;

import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The longest time for which tasks of one capability were not started, while one of two dispatchers, and then one of two
 * heartbeat-processors, is killed without a word, or restarted as in an upgrade; with the settings that the documentation
 * gives for a short failover.
 */
final class Failover implements Benchmark {
    private static final int TASKS_PER_SECOND = 200;
    private static final String FAST = "ains.streams.session-timeout=2s";
    private static final List<String> CAPABILITIES =
            IntStream.range(0, 4).mapToObj(i -> "work-" + i).toList();

    private final Topics topics = Topics.withDefaultPrefix();
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    /** When each capability last had a task started, and its longest pause, in nanoseconds. */
    private final Map<String, long[]> starts = new ConcurrentHashMap<>();

    @Override
    public void run(Report report, boolean quick) throws Exception {
        try (Installation installation = new Installation()) {
            List<MeasuredService> fleets = List.of(
                    installation.heartbeatProcessor("fleet-1", FAST), installation.heartbeatProcessor("fleet-2", FAST));
            List<MeasuredService> dispatchers = List.of(
                    installation.dispatcher("dispatcher-1", FAST), installation.dispatcher("dispatcher-2", FAST));
            for (int i = 0; i < 2 * CAPABILITIES.size(); i++) {
                String capability = CAPABILITIES.get(i % CAPABILITIES.size());
                installation.agent("agent-" + i, 8, List.of(capability), task -> {
                    started(capability);
                    return null;
                });
            }
            Installation.awaitKnown(installation.client(), CAPABILITIES, "failover");
            AtomicBoolean over = new AtomicBoolean();
            Thread load = new Thread(() -> load(installation, over), "load");
            load.start();
            report.row("nothing happens", Report.figures("longest_pause_s", longestPause(() -> {}, quick ? 2 : 15)));
            for (var services : Map.of("dispatchers", dispatchers, "heartbeat-processors", fleets)
                    .entrySet()) {
                report.row(
                        "one of two " + services.getKey() + " is killed",
                        pauses(services.getValue(), quick, MeasuredService::kill, MeasuredService::restart));
                report.row(
                        "one of two " + services.getKey() + " is restarted",
                        pauses(
                                services.getValue(),
                                quick,
                                service -> {
                                    service.terminate();
                                    service.restart();
                                },
                                service -> {}));
            }
            over.set(true);
            load.join();
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private interface Act {
        void on(MeasuredService service) throws InterruptedException;
    }

    private Map<String, Double> pauses(List<MeasuredService> services, boolean quick, Act harm, Act repair)
            throws Exception {
        List<Double> pauses = new ArrayList<>();
        for (int round = 0; round < (quick ? 1 : 3); round++) {
            MeasuredService victim = services.get(round % 2);
            pauses.add(longestPause(() -> harm.on(victim), quick ? 5 : 12));
            repair.on(victim);
            victim.awaitReady();
            // It must have its share again before the other one can be the victim.
            TimeUnit.SECONDS.sleep(quick ? 1 : 10);
        }
        double[] all = pauses.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Report.figures("longest_pause_s", all[all.length - 1], "median_pause_s", Report.median(all));
    }

    private double longestPause(Step harm, int seconds) throws InterruptedException {
        long began = System.nanoTime();
        CAPABILITIES.forEach(capability -> starts.put(capability, new long[] {began, 0}));
        harm.run();
        TimeUnit.SECONDS.sleep(seconds);
        long now = System.nanoTime();
        return CAPABILITIES.stream()
                        .mapToLong(capability -> {
                            long[] times = Objects.requireNonNull(starts.get(capability));
                            return Math.max(times[1], now - times[0]);
                        })
                        .max()
                        .orElseThrow()
                / 1e9;
    }

    private void started(String capability) {
        long now = System.nanoTime();
        starts.compute(capability, (name, known) -> {
            long[] times = known == null ? new long[] {now, 0} : known;
            times[1] = Math.max(times[1], now - times[0]);
            times[0] = now;
            return times;
        });
    }

    private void load(Installation installation, AtomicBoolean over) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", installation.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int second = 0; !over.get(); second++) {
                int first = second * TASKS_PER_SECOND;
                Pace.evenly(TASKS_PER_SECOND, TASKS_PER_SECOND, number -> {
                    String capability = CAPABILITIES.get(number % CAPABILITIES.size());
                    TaskSpec task = TaskSpec.of("task-" + (first + number), "client", capability)
                            .build();
                    producer.send(new ProducerRecord<>(
                            topics.taskCommands(),
                            capability,
                            commands.serialize(null, new TaskCommand.SubmitTask(null, task))));
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
