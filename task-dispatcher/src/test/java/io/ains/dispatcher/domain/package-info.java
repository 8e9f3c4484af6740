/** The core's promises, one test for each. */
@NullMarked
package io.ains.dispatcher.domain;

import org.jspecify.annotations.NullMarked;
