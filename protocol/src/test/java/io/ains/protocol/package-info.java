/** Holds the protocol to its promises: names, partitions, JSON and its schemas. */
@NullMarked
package io.ains.protocol;

import org.jspecify.annotations.NullMarked;
