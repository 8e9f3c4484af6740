/** The agent and the task client against a real broker; the tests take the control plane's part. */
@NullMarked
package io.ains.agent;

import org.jspecify.annotations.NullMarked;
