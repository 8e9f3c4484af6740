@NullMarked
package io.ains.dispatcher.streams;

import org.jspecify.annotations.NullMarked;
