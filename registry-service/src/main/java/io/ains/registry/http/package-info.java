/** How every route reads its input and words its errors. */
@NullMarked
package io.ains.registry.http;

import org.jspecify.annotations.NullMarked;
