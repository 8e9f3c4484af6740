/** What operators ask of the service: its health, and the state of the queues. */
@NullMarked
package io.ains.registry.operations;

import org.jspecify.annotations.NullMarked;
