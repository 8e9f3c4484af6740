/** Commands to the control plane, and the wait for the event that answers each. */
@NullMarked
package io.ains.registry.commands;

import org.jspecify.annotations.NullMarked;
