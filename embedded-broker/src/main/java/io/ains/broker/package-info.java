/** A real Kafka broker in this JVM, for the standalone program and for tests that have no Docker. */
@NullMarked
package io.ains.broker;

import org.jspecify.annotations.NullMarked;
