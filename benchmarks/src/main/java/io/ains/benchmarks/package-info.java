/** Load generators and microbenchmarks. */
@NullMarked
package io.ains.benchmarks;

import org.jspecify.annotations.NullMarked;
