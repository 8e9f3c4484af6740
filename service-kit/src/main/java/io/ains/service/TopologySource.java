package io.ains.service;

import org.apache.kafka.streams.Topology;

/** What a processor service runs: it adds its sources, processors, stores and sinks to an empty topology. */
@FunctionalInterface
public interface TopologySource {
    void addTo(Topology topology);
}
