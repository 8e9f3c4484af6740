/** The heartbeat-processor as a service: its settings and its main class. */
@NullMarked
package io.ains.heartbeat;

import org.jspecify.annotations.NullMarked;
