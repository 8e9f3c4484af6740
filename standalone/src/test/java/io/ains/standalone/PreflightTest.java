package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {
    private static final long MIB = 1024L * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private StandaloneSettings with(String host, int kafka, int http, int heartbeat, int dispatcher) {
        return new StandaloneSettings(folder.resolve("data"), host, kafka, http, heartbeat, dispatcher);
    }

    @Test
    void shouldLetPassWhatCanRun() {
        assertThatCode(() -> Preflight.check(StandaloneSettings.in(folder.resolve("data"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldNameTheOptionOfAPortThatIsTaken(int which) throws Exception {
        String option = new String[] {"--kafka-port", "--port", "--heartbeat-port", "--dispatcher-port"}[which];
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int[] ports = new int[4];
            ports[which] = taken.getLocalPort();

            assertThatThrownBy(() -> Preflight.check(with("127.0.0.1", ports[0], ports[1], ports[2], ports[3])))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageEndingWith(option + ".");
        }
    }

    @Test
    void shouldRefuseOnePortForTwo() {
        assertThatThrownBy(() -> Preflight.check(with("127.0.0.1", 0, 18_123, 18_123, 0)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("18123")
                .hasMessageContaining("--port")
                .hasMessageContaining("--heartbeat-port");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void shouldRefuseAPortThatIsNone(int port) {
        assertThatThrownBy(() -> Preflight.check(with("127.0.0.1", port, 0, 0, 0)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--kafka-port");
    }

    @Test
    void shouldRefuseAHostOfAnotherMachine() {
        assertThatThrownBy(() -> Preflight.check(with("192.0.2.1", 0, 18_123, 0, 0)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void shouldRefuseToChooseTheBrokersPortOnAWildcard() {
        assertThatThrownBy(() -> Preflight.check(with("0.0.0.0", 0, 0, 0, 0)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--kafka-port");
    }

    @Test
    void shouldRefuseAFileAsDataFolder() throws Exception {
        Files.createFile(folder.resolve("data"));

        assertThatThrownBy(() -> Preflight.check(StandaloneSettings.in(folder.resolve("data"))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(folder.resolve("data").toString());
    }

    @Test
    void shouldRefuseTooSmallAHeap() {
        assertThatThrownBy(() -> Preflight.requireHeap(256 * MIB))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("384 MiB")
                .hasMessageContaining("256 MiB");
        // -Xmx384m as the serial collector counts it
        assertThatCode(() -> Preflight.requireHeap(371 * MIB)).doesNotThrowAnyException();
    }
}
