/** What AINS promises, kept by real processes that are killed. */
@NullMarked
package io.ains.guarantees;

import org.jspecify.annotations.NullMarked;
