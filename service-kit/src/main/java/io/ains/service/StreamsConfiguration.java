package io.ains.service;

import io.ains.protocol.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.config.KafkaStreamsConfiguration;
import org.springframework.kafka.config.KafkaStreamsInfrastructureCustomizer;
import org.springframework.kafka.config.StreamsBuilderFactoryBean;
import org.springframework.kafka.streams.KafkaStreamsMicrometerListener;

/** The beans of a service that is a Kafka Streams application: it supplies a {@link TopologySource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamsSettings.class)
@Import(ServiceKitConfiguration.class)
public class StreamsConfiguration {
    private static final Logger log = LoggerFactory.getLogger(StreamsConfiguration.class);

    /** Records: what a standby is behind while it keeps up with a busy partition. */
    private static final long ACCEPTABLE_RECOVERY_LAG = 500;

    private static final int PROBING_REBALANCE_MS = 60_000;

    @Bean
    TickAges tickAges(MeterRegistry meters) {
        return new TickAges(meters, InstantSource.system());
    }

    @Bean
    CommitPace commitPace(StreamsSettings streams) {
        return new CommitPace(streams.commitEvery(), StreamsConfig.EXACTLY_ONCE_V2.equals(streams.guarantee()));
    }

    @Bean
    StreamsBuilderFactoryBean streams(
            @Value("${spring.application.name}") String service,
            ServiceSettings settings,
            StreamsSettings streams,
            Topics topics,
            TopologySource source,
            CommitPace pace,
            MeterRegistry meters) {
        RoutineRetries.install();
        var factory = new StreamsBuilderFactoryBean(
                new KafkaStreamsConfiguration(config(service, settings, streams, topics)));
        factory.setAutoStartup(false);
        factory.setClientSupplier(new PacedClients(pace));
        // A clean stop hands the partitions over at once, and not only after the session timeout.
        factory.setLeaveGroupOnClose(true);
        factory.setInfrastructureCustomizer(new KafkaStreamsInfrastructureCustomizer() {
            @Override
            public void configureTopology(Topology topology) {
                source.addTo(topology);
            }
        });
        factory.setStreamsUncaughtExceptionHandler(replaceThread());
        factory.addListener(new KafkaStreamsMicrometerListener(meters));
        return factory;
    }

    @Bean
    StreamsRunner streamsRunner(StreamsBuilderFactoryBean streams, TopicProvisioner topics, TickAges ages) {
        return new StreamsRunner(streams, topics, ages);
    }

    static Map<String, Object> config(
            String service, ServiceSettings settings, StreamsSettings streams, Topics topics) {
        Map<String, Object> config = settings.clientConfig();
        config.put(
                StreamsConfig.adminClientPrefix(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
                settings.adminConfig().get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.topicPrefix() + service);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, streams.guarantee());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        config.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDir());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, streams.standbyReplicas());
        // An instance that comes back must first have read what it missed: by default it would get its share at once,
        // and its partitions would stand still until it has.
        config.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, ACCEPTABLE_RECOVERY_LAG);
        // How soon an instance that came back, and has caught up, gets its share again.
        config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_REBALANCE_MS);
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replicationFactor());
        config.put(StreamsConfig.POLL_MS_CONFIG, streams.poll().toMillis());
        boolean exactlyOnce = StreamsConfig.EXACTLY_ONCE_V2.equals(streams.guarantee());
        int sessionMs = Math.toIntExact(streams.sessionTimeout().toMillis());
        // Under exactly-once every output asks for its commit; what has none, such as a heartbeat, can wait.
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, exactlyOnce ? Math.min(500, sessionMs / 4) : 100);
        // For StoredCounts alone: no other store has a cache.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 1024 * 1024);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(DeadLetterHandler.TOPIC_CONFIG, topics.deadLetters());
        config.put(DeadLetterHandler.SERVICE_CONFIG, service);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), sessionMs);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), sessionMs / 4);
        // A dead instance's open transaction hides what comes after it from every reader, and its offsets from its
        // successor, until the broker ends it: that should not take longer than to notice that the instance is dead.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), sessionMs);
        // The broker asks for another try while it still ends the transaction before: a matter of milliseconds, for
        // which the usual backoff, up to a second, would be the longest part of a commit.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 5);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG), 100);
        // A commit flushes, so waiting for company only saves requests; without commits it delays outputs. All that a
        // partition gets in one commit should fit into one batch, because batches are sent one after the other.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), exactlyOnce ? 200 : 2);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
        // The first request of a transaction may have to wait at the broker until the last one is marked. A second one
        // beside it would overtake it, be refused as out of order, and be sent again after a backoff.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.MAX_RECORD_BYTES);
        config.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(Topics.MAX_RECORD_BYTES));
        return config;
    }

    /** The thread's tasks start again from the last commit; the pause keeps a lasting fault from filling the log. */
    private static StreamsUncaughtExceptionHandler replaceThread() {
        return failure -> {
            log.error("a stream thread died and is replaced", failure);
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        };
    }
}
