package io.ains.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

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
            try (ConfigurableApplicationContext service = TaskDispatcherApplication.builder()
                    .run(
                            "--server.port=0",
                            "--ains.bootstrap-servers=" + address,
                            "--ains.partitions=1",
                            "--ains.kafka.default.api.timeout.ms=2000",
                            "--ains.kafka.request.timeout.ms=1500",
                            "--ains.streams.state-dir=" + folder.resolve("state"))) {
                int port = Objects.requireNonNull(((WebServerApplicationContext) service).getWebServer())
                        .getPort();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(port, "/readyz")).contains("waiting for Kafka"));
                assertThat(ask(port, "/livez")).contains("UP");

                broker.start();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(port, "/readyz")).startsWith("200"));

                broker.stop();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(port, "/readyz")).contains("no tick for"));
                assertThat(ask(port, "/livez")).startsWith("200");

                broker.start();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(port, "/readyz")).startsWith("200"));
            }
        }
    }

    private static String ask(int port, String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
