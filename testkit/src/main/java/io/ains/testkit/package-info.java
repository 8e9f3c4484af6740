/** What the tests of all modules share: one broker per JVM, readers of topics, writers of odd records. */
@NullMarked
package io.ains.testkit;

import org.jspecify.annotations.NullMarked;
