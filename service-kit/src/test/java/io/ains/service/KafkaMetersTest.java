package io.ains.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaMetersTest {
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @BeforeEach
    void filter() {
        meters.config().meterFilter(new KafkaMeters());
    }

    private List<String> names() {
        return meters.getMeters().stream()
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .distinct()
                .toList();
    }

    @Test
    void shouldKeepWhatAnOperatorActsUponOfAClientOrItsTopics() {
        meters.counter("kafka.consumer.fetch.manager.records.consumed.total", "client.id", "c", "topic", "t");
        meters.counter("kafka.producer.record.error.total", "client.id", "p");
        meters.counter("ains.tasks", "topic", "t");

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "kafka.consumer.fetch.manager.records.consumed.total",
                        "kafka.producer.record.error.total",
                        "ains.tasks");
    }

    @Test
    void shouldDropWhatGrowsWithPartitionsNodesAndTasks() {
        meters.counter("kafka.consumer.fetch.manager.records.consumed.total", "topic", "t", "partition", "1");
        meters.counter("kafka.producer.request.latency.avg", "node.id", "1");
        meters.counter("kafka.stream.task.process.total", "task.id", "0_1");
        meters.counter("kafka.admin.client.request.total");

        assertThat(names()).isEmpty();
    }

    @Test
    void shouldNotTellTheClientsVersionWithEverySeries() {
        meters.counter("kafka.producer.record.error.total", "client.id", "p", "kafka.version", "4.2.0");

        assertThat(meters.get("kafka.producer.record.error.total")
                        .counter()
                        .getId()
                        .getTags())
                .hasSize(1);
    }
}
