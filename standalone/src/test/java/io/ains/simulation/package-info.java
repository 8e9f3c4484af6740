/** Years of fleet time from a seed: the pure cores among agents that crash, hang and lie, on a log that is read again. */
@NullMarked
package io.ains.simulation;

import org.jspecify.annotations.NullMarked;
