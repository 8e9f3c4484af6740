/**
 * Decides who gets which task, when, and what becomes of it: rules that read a view and return events, and a state
 * that only events change. Knows neither Kafka nor a clock.
 */
@NullMarked
package io.ains.dispatcher.domain;

import org.jspecify.annotations.NullMarked;
