package io.ains.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.broker.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LinksTest {
    private static final String HOST = "127.0.0.1";
    private static final int SHORT_MS = 200;
    private static final int LONG_MS = 10_000;

    private final Links links = new Links();
    private ServerSocket server;
    private Links.Link link;
    private InetSocketAddress near;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(HOST, 0));
        near = new InetSocketAddress(HOST, Ports.free(HOST));
        link = links.open(near, new InetSocketAddress(HOST, server.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        links.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(near, LONG_MS);
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SHORT_MS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LONG_MS);
    }

    @Test
    void shouldPassMoreThanABufferBothWays() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (Socket client = connect();
                Socket far = accept()) {
            for (Socket[] way : new Socket[][] {{client, far}, {far, client}}) {
                CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> read(way[1], sent.length));
                way[0].getOutputStream().write(sent);
                assertThat(got.get()).isEqualTo(sent);
            }
        }
    }

    private static byte[] read(Socket socket, int length) {
        try {
            InputStream in = socket.getInputStream();
            return in.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldHoldBackWhileCutAndLoseNothing() throws Exception {
        try (Socket client = connect();
                Socket far = accept()) {
            client.getOutputStream().write(1);
            assertThat(far.getInputStream().read()).isEqualTo(1);

            link.cut();
            client.getOutputStream().write(2);
            far.getOutputStream().write(3);
            assertSilent(far);
            assertSilent(client);

            link.mend();
            assertThat(far.getInputStream().read()).isEqualTo(2);
            assertThat(client.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void shouldNotAnswerWhoConnectsWhileCut() throws Exception {
        link.cut();
        try (Socket client = new Socket()) {
            assertThatThrownBy(() -> client.connect(near, SHORT_MS)).isInstanceOf(SocketTimeoutException.class);
        }

        link.mend();
        try (Socket client = connect();
                Socket far = accept()) {
            client.getOutputStream().write(4);
            assertThat(far.getInputStream().read()).isEqualTo(4);
        }
    }

    @Test
    void shouldEndAConnectionWhoseOtherEndIsGoneAfterAllThatItSent() throws Exception {
        try (Socket client = connect()) {
            try (Socket far = accept()) {
                far.getOutputStream().write(5);
            }
            assertThat(client.getInputStream().read()).isEqualTo(5);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        server.close();
        try (Socket client = connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldTellWhichAddressCannotBeBound() {
        assertThatThrownBy(() -> links.open(near, near))
                .hasRootCauseInstanceOf(IOException.class)
                .rootCause();
        assertThatThrownBy(() -> links.open(near, near)).hasMessageContaining(near.toString());
    }
}
