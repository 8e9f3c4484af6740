/** The plans of the queries about operations. */
@NullMarked
package io.ains.registry.operations;

import org.jspecify.annotations.NullMarked;
