/** What HTTP clients can do with agents and their capabilities. */
@NullMarked
package io.ains.registry.agents;

import org.jspecify.annotations.NullMarked;
