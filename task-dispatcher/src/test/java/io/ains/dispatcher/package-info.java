/** The service as a whole, on a real broker. */
@NullMarked
package io.ains.dispatcher;

import org.jspecify.annotations.NullMarked;
