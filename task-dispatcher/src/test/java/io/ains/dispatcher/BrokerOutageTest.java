package io.ains.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.testkit.RunningService;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void shouldWaitForKafkaSayWhyAndGoOn() throws Exception {
        try (var broker = new EmbeddedBroker(BrokerSettings.in(folder.resolve("broker"))).start()) {
            String address = broker.bootstrapServers();
            broker.stop();
            try (RunningService service = new RunningService(
                    TaskDispatcherApplication.builder(),
                    address,
                    "ains.partitions=1",
                    "ains.kafka.default.api.timeout.ms=2000",
                    "ains.kafka.request.timeout.ms=1500",
                    "ains.streams.state-dir=" + folder.resolve("state"))) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(service, "/readyz")).contains("waiting for Kafka"));
                assertThat(ask(service, "/livez")).contains("UP");

                broker.start();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(service, "/readyz")).startsWith("200"));

                broker.stop();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(service, "/readyz")).contains("no tick for"));
                assertThat(ask(service, "/livez")).startsWith("200");

                broker.start();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(service, "/readyz")).startsWith("200"));
            }
        }
    }

    private static String ask(RunningService service, String path) throws Exception {
        HttpResponse<String> answer = service.get(path);
        return answer.statusCode() + " " + answer.body();
    }
}
