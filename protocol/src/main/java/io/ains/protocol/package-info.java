/** The language of AINS: every record on every topic, the topics' names, and how both become bytes. */
@NullMarked
package io.ains.protocol;

import org.jspecify.annotations.NullMarked;
