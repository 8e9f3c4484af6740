package io.ains.dispatcher.streams;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.dispatcher.domain.Dispatcher;
import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.dispatcher.domain.Effects;
import io.ains.dispatcher.domain.TaskRecord;
import io.ains.protocol.RetryPolicy;
import io.ains.protocol.TaskStatus;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class DispatcherStoreTest {
    private final KeyValueStore<String, byte[]> stored = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("tasks"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();

    private final DispatcherStore store = new DispatcherStore(stored);

    @Test
    void shouldNotReadWhatALaterReleaseHasWritten() {
        stored.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), stored);
        store.put(pending("t"), null);
        String written = new String(stored.get("task/t"), StandardCharsets.UTF_8);
        stored.put("task/t", written.replace("\"format\":1", "\"format\":2").getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> store.restore(dispatcher()))
                .hasMessageContaining(
                        "expected stored tasks of format 1, but got 2: start the release that wrote them");
    }

    private Dispatcher dispatcher() {
        // Nothing comes of a state that is not read.
        Effects none = (Effects) Proxy.newProxyInstance(
                Effects.class.getClassLoader(), new Class<?>[] {Effects.class}, (proxy, method, arguments) -> null);
        return new Dispatcher(DispatcherSettings.defaults(), store, none);
    }

    private static TaskRecord pending(String id) {
        return new TaskRecord(
                id,
                "c",
                "a",
                5,
                300,
                3,
                RetryPolicy.FIXED,
                null,
                null,
                0,
                0,
                1,
                1,
                TaskStatus.PENDING,
                0,
                0,
                null,
                null,
                0,
                0,
                0,
                0,
                null);
    }
}
