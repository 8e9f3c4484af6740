/** The broker and all services in one JVM, and the {@code ains} command that runs them on a laptop. */
@NullMarked
package io.ains.standalone;

import org.jspecify.annotations.NullMarked;
