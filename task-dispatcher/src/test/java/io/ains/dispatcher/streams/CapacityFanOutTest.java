package io.ains.dispatcher.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.dispatcher.streams.CapacityFanOut.Sent;
import io.ains.protocol.JsonSerde;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityFanOutTest {
    private static final JsonSerde<Sent> SERDE = JsonSerde.of(Sent.class);

    @Test
    void shouldReadWhatIsStoredNowAndBeforeTheFormatWasWritten() {
        assertThat(SERDE.deserialize(null, "{\"format\":1,\"capacities\":[]}".getBytes(UTF_8)))
                .isEqualTo(new Sent(1, List.of()));
        assertThat(SERDE.deserialize(null, "{\"capacities\":[]}".getBytes(UTF_8)))
                .isEqualTo(new Sent(null, List.of()));
    }

    @Test
    void shouldNotReadWhatALaterReleaseHasWritten() {
        assertThatThrownBy(() -> SERDE.deserialize(null, "{\"format\":2,\"capacities\":[]}".getBytes(UTF_8)))
                .hasMessageContaining(
                        "expected stored capacities of format 1, but got 2: start the release that wrote them");
    }
}
