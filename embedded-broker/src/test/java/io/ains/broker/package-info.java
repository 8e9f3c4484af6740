/** Tests of the embedded broker against real clients and real folders. */
@NullMarked
package io.ains.broker;

import org.jspecify.annotations.NullMarked;
