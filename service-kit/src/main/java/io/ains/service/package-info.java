/** What every service does the same way: settings, topics made at start, dead letters, Kafka Streams, ticks, health. */
@NullMarked
package io.ains.service;

import org.jspecify.annotations.NullMarked;
