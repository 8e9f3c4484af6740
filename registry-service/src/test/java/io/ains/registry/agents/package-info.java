/** The plans of the queries about agents. */
@NullMarked
package io.ains.registry.agents;

import org.jspecify.annotations.NullMarked;
