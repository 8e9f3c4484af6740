package io.ains.guarantees;

import io.ains.protocol.Json;
import io.ains.protocol.JsonSerde;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A steady stream of tasks, over Kafka and over HTTP, and which of them were acknowledged. */
final class Submissions implements AutoCloseable {
    private static final int PER_SECOND = 40;
    private static final int OVER_HTTP_EVERY = 20;
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(15);
    private static final int PRIORITIES = 11;
    private static final int CLIENTS = 3;

    private final Topics topics = Topics.withDefaultPrefix();
    private final JsonSerde<TaskCommand> commands = JsonSerde.of(TaskCommand.class);
    private final KafkaProducer<String, byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<URI> doors;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger acceptedOverHttp = new AtomicInteger();
    private final Queue<Future<?>> pending = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::submitEvenly, "submissions");
    private volatile boolean stopped;

    /**
     * Nothing is submitted yet.
     *
     * @param doors of the registries, which are asked in turn
     */
    Submissions(String bootstrapServers, List<URI> doors) {
        this.doors = doors;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "request.timeout.ms", 5_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    void start() {
        thread.start();
    }

    private void submitEvenly() {
        long began = System.nanoTime();
        int sent = 0;
        while (!stopped) {
            long now = System.nanoTime() - began;
            for (long due = PER_SECOND * now / TimeUnit.SECONDS.toNanos(1); sent < due; sent++) {
                String capability = Agents.CAPABILITIES.get(sent % Agents.CAPABILITIES.size());
                if (sent % OVER_HTTP_EVERY == 0) {
                    submitOverHttp("http-" + sent, capability, doors.get(sent / OVER_HTTP_EVERY % doors.size()));
                } else {
                    submit("task-" + sent, capability);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    Future<?> submit(String taskId, String capability) {
        TaskSpec task = TaskSpec.of(taskId, "client-" + Math.floorMod(taskId.hashCode(), CLIENTS), capability)
                .priority(Math.floorMod(taskId.hashCode(), PRIORITIES))
                .build();
        byte[] command = commands.serialize(null, new TaskCommand.SubmitTask(null, task));
        Future<?> sent =
                producer.send(new ProducerRecord<>(topics.taskCommands(), capability, command), (metadata, failure) -> {
                    if (failure == null) {
                        accepted.add(taskId);
                    }
                });
        pending.add(sent);
        return sent;
    }

    /** What is not answered with 200 may have been taken or not; only what is counts. */
    private void submitOverHttp(String taskId, String capability, URI door) {
        String body = Json.MAPPER.writeValueAsString(Map.of(
                "task_id",
                taskId,
                "client_id",
                "http",
                "task_type",
                "test",
                "capability_required",
                capability,
                "input_data",
                Map.of("n", 1)));
        HttpRequest request = HttpRequest.newBuilder(door.resolve("/aitp/tasks"))
                .timeout(HTTP_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        pending.add(
                http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).handle((answer, failure) -> {
                    if (failure == null && answer.statusCode() == 200) {
                        accepted.add(taskId);
                        acceptedOverHttp.incrementAndGet();
                    }
                    return answer;
                }));
    }

    /** Submits nothing more, and waits until it is known what was acknowledged. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        producer.flush();
        for (Future<?> each : pending) {
            try {
                each.get();
            } catch (ExecutionException e) {
                // Not acknowledged.
            }
        }
    }

    Collection<String> accepted() {
        return accepted;
    }

    int acceptedOverHttp() {
        return acceptedOverHttp.get();
    }

    @Override
    public void close() {
        stopped = true;
        producer.close(Duration.ofSeconds(5));
    }
}
