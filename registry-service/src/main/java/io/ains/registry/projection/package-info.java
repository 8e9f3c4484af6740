/** The topics as rows in a SQL database, with their offsets in the same transaction. */
@NullMarked
package io.ains.registry.projection;

import org.jspecify.annotations.NullMarked;
