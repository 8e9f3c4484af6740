package io.ains.registry.projection;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record, understood.
 *
 * @param origin where it was found
 * @param prepare names the rows that it changes, before they are read
 * @param apply changes them in memory, or writes, within the transaction
 * @param announce tells of it, after the commit
 */
record Change(ConsumerRecord<byte[], byte[]> origin, Runnable prepare, Runnable apply, Runnable announce) {}
