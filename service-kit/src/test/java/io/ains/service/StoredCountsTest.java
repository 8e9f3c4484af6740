package io.ains.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class StoredCountsTest {
    private enum Seen {
        GOOD,
        BAD
    }

    private static final String SHOW = "show";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PartitionCounters<Seen> counters = new PartitionCounters<>(
            meters,
            Seen.class,
            seen -> new PartitionCounters.Shown("records", "Records read", Tags.of("kind", seen.name())));

    /** Counts each record, and shows the counts when the record says so. */
    private final class Counting implements Processor<String, String, Void, Void> {
        private final CommitPace pace;
        private StoredCounts<Seen> counts;

        Counting(CommitPace pace) {
            this.pace = pace;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            counts = new StoredCounts<>(context, pace, counters);
        }

        @Override
        public void process(Record<String, String> record) {
            if (record.value().equals(SHOW)) {
                counts.show();
            } else {
                counts.add(Seen.valueOf(record.value()));
            }
        }

        @Override
        public void close() {
            counts.close();
        }
    }

    private TopologyTestDriver driver(CommitPace pace) {
        Topology topology = new Topology()
                .addSource("in", new StringDeserializer(), new StringDeserializer(), "in")
                .addProcessor("counting", () -> new Counting(pace), "in")
                .addStateStore(StoredCounts.store(), "counting");
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "counts");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        return new TopologyTestDriver(topology, config);
    }

    private double shown(Seen what) {
        FunctionCounter counter = meters.find("records")
                .tags("kind", what.name(), "partition", "0")
                .functionCounter();
        return counter == null ? -1 : counter.count();
    }

    @Test
    void shouldShowWhatIsCommittedAndNoMore() {
        CommitPace pace = new CommitPace(Duration.ZERO, true);
        try (TopologyTestDriver driver = driver(pace)) {
            TestInputTopic<String, String> in =
                    driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            in.pipeInput("GOOD");
            in.pipeInput(SHOW);
            in.pipeInput("GOOD");
            in.pipeInput(SHOW);
            // A crash here would take both back, and a counter that falls looks as if it had begun anew.
            assertThat(shown(Seen.GOOD)).isZero();

            pace.ofThisThread().committed();
            in.pipeInput("GOOD");
            in.pipeInput(SHOW);

            // The second was counted before that commit too, but not yet when the picture was taken.
            assertThat(shown(Seen.GOOD)).isEqualTo(1);
            pace.ofThisThread().committed();
            in.pipeInput(SHOW);
            assertThat(shown(Seen.GOOD)).isEqualTo(3);
            assertThat(shown(Seen.BAD)).isZero();
        }
        assertThat(meters.getMeters()).isEmpty();
    }
}
