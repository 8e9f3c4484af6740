/** What HTTP clients can do with tasks, the long poll of agents included. */
@NullMarked
package io.ains.registry.tasks;

import org.jspecify.annotations.NullMarked;
