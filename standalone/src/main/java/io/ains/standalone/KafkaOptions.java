package io.ains.standalone;

import picocli.CommandLine.Option;

/** Where the Kafka of a running AINS is, in the variables that the services read too. Filled in by picocli. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:AINS_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = "Where Kafka is (AINS_BOOTSTRAP_SERVERS, or else localhost:9092).")
    String bootstrapServers = "";

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:AINS_TOPIC_PREFIX:-ains.}",
            description = "Of all topics (AINS_TOPIC_PREFIX, or else ains.).")
    String topicPrefix = "";
}
