/** The dispatcher as a Kafka Streams application: reads records, asks the core, stores and forwards what it says. */
@NullMarked
package io.ains.dispatcher.streams;

import org.jspecify.annotations.NullMarked;
