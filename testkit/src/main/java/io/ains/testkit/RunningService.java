package io.ains.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A service as its own process would be, on a port of its own. For modules that have Spring Boot; used by one thread. */
public final class RunningService implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;
    private final int port;

    /**
     * Starts it. It may not be ready yet.
     *
     * @param service with its defaults
     * @param bootstrapServers where its Kafka is, or will be
     * @param settings more of them, as {@code ains.partitions=2}
     */
    public RunningService(SpringApplicationBuilder service, String bootstrapServers, String... settings) {
        Stream<String> all = Stream.concat(
                Stream.of("server.port=0", "ains.bootstrap-servers=" + bootstrapServers), Stream.of(settings));
        String[] arguments = all.map(setting -> "--" + setting).toArray(String[]::new);
        synchronized (RunningService.class) { // Spring sets up the JVM's one logging system at each start
            context = service.run(arguments);
        }
        port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    /**
     * Asks it over HTTP.
     *
     * @param path from the slash on
     * @return its answer, whatever its status
     * @throws IOException if it does not answer
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
