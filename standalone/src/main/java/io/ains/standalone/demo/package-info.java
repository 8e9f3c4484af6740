/** Five agents and a stream of tasks, to be watched, and the figures that the topics tell of them. */
@NullMarked
package io.ains.standalone.demo;

import org.jspecify.annotations.NullMarked;
