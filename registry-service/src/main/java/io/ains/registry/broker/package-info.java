/** What the broker itself knows of the installation: how far each consumer group is, replicas, disks. */
@NullMarked
package io.ains.registry.broker;

import org.jspecify.annotations.NullMarked;
