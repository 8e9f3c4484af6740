/** What the registry is measured against. */
@NullMarked
package io.ains.floor;

import org.jspecify.annotations.NullMarked;
