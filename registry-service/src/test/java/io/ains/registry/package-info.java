/** The service as its clients see it: over HTTP, on a real broker. */
@NullMarked
package io.ains.registry;

import org.jspecify.annotations.NullMarked;
