/** The Kafka Streams shell round the rules: topology, processors, store, metrics. */
@NullMarked
package io.ains.heartbeat.streams;

import org.jspecify.annotations.NullMarked;
