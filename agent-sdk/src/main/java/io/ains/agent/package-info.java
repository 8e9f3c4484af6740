/** What an agent's author, and whoever gives tasks to agents, adds to their program: {@link Agent} and {@link TaskClient}. */
@NullMarked
package io.ains.agent;

import org.jspecify.annotations.NullMarked;
