package io.ains.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A container's health check: asks the service in it whether it is ready, and ends with 0 if it is, or with 1 and the
 * answer. A program of its own that loads a dozen classes, for it is started every few seconds.
 */
public final class ReadinessProbe {
    private static final int TIMEOUT_MS = 3_000;
    private static final int MAX_ANSWER = 2_000;

    private ReadinessProbe() {}

    /** Takes the port. */
    @SuppressWarnings("SystemOut") // Docker keeps what a health check says.
    public static void main(String[] args) {
        int status = 1;
        try {
            String answer = ask(Integer.parseInt(args[0]));
            status = answer.startsWith("HTTP/1.1 200") ? 0 : 1;
            System.out.println(answer);
        } catch (IOException e) {
            System.out.println("no answer: " + e.getMessage());
        }
        System.exit(status);
    }

    private static String ask(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream()
                    .write("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
            }
        }
    }
}
