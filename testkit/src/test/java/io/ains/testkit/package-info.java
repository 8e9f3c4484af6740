/** Tests of what the other tests rely on. */
@NullMarked
package io.ains.testkit;

import org.jspecify.annotations.NullMarked;
