/** Tests of the whole path, on a real broker, and of the {@code ains} command. */
@NullMarked
package io.ains.standalone;

import org.jspecify.annotations.NullMarked;
