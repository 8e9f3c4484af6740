/** The HTTP door of AINS: checks the shape of requests, publishes commands, and answers from a projection of the topics. */
@NullMarked
package io.ains.registry;

import org.jspecify.annotations.NullMarked;
