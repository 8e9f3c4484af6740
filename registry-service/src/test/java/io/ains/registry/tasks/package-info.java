/** The plans of the queries about tasks. */
@NullMarked
package io.ains.registry.tasks;

import org.jspecify.annotations.NullMarked;
