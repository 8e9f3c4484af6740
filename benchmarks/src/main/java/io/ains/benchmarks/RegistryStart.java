package io.ains.benchmarks;

import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Topics;
import io.ains.registry.RegistryApplication;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** How long a registry-service takes until it is ready, with its tables and without, when the topics have so many tasks. */
final class RegistryStart {
    private static final String HEAP = "512m";

    private RegistryStart() {}

    static void run(Report report, int tasks) throws Exception {
        try (Installation installation = new Installation()) {
            String database = "registry.db";
            String url = "ains.registry.database-url=jdbc:sqlite:"
                    + installation.folder().resolve(database);
            // It makes the topics.
            MeasuredService registry = installation.start(RegistryApplication.class, "registry", HEAP, url);
            registry.terminate();
            produce(installation.bootstrapServers(), tasks);
            Files.delete(installation.folder().resolve(database));
            double anew = secondsToRestart(registry);
            registry.terminate();
            double kept = secondsToRestart(registry);
            report.row(
                    String.format(Locale.ROOT, "registry-service with %,d tasks", tasks),
                    Report.figures("ready_s", kept, "ready_without_its_tables_s", anew));
        }
    }

    private static double secondsToRestart(MeasuredService registry) throws Exception {
        long began = System.nanoTime();
        registry.restart();
        registry.awaitReady();
        return (System.nanoTime() - began) / 1e9;
    }

    private static void produce(String bootstrapServers, int tasks) {
        String topic = Topics.withDefaultPrefix().taskEvents();
        JsonSerde<TaskEvent> events = JsonSerde.of(TaskEvent.class);
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "linger.ms", 5, "batch.size", 200_000),
                new StringSerializer(),
                new ByteArraySerializer())) {
            long now = System.currentTimeMillis();
            for (int i = 0; i < tasks; i++) {
                String id = "task-" + i;
                String capability = "work-" + i % 50;
                TaskSpec task = TaskSpec.of(id, "client-" + i % 100, capability).build();
                TaskEvent event = new TaskEvent.Submitted(id, capability, now + i, null, task, TaskStatus.PENDING);
                producer.send(new ProducerRecord<>(topic, id, events.serialize(null, event)));
            }
        }
    }
}
