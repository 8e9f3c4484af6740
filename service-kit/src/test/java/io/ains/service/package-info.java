/** What all services rely on. */
@NullMarked
package io.ains.service;

import org.jspecify.annotations.NullMarked;
