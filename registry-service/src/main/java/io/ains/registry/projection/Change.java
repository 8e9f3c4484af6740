package io.ains.registry.projection;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record, understood.
 *
 * @param origin where it was found
 * @param apply writes what it says, within the caller's transaction
 * @param announce tells of it, after the commit
 */
record Change(ConsumerRecord<byte[], byte[]> origin, Runnable apply, Runnable announce) {}
