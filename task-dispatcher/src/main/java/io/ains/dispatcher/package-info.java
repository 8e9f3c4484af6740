/** The task-dispatcher as a service: its settings and its main class. */
@NullMarked
package io.ains.dispatcher;

import org.jspecify.annotations.NullMarked;
