/** What is decided of agents: pure rules and the state of one partition's fleet, without a clock and without Kafka. */
@NullMarked
package io.ains.heartbeat.domain;

import org.jspecify.annotations.NullMarked;
