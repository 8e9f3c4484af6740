package io.ains.service;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

/** Requests, their durations and how many are under way, by method and route; never by a path, which has no bound. */
@Configuration(proxyBeanMethods = false)
class HttpMetrics {
    /** The duration's; the observation is known by it. */
    static final String DURATION = "ains.http.request.duration";

    private static final List<String> DURATION_TAGS = List.of("method", "endpoint");

    private static final double[] BUCKETS = Stream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
            .toArray();

    @Bean
    ServerRequestObservationConvention httpLabels() {
        return new DefaultServerRequestObservationConvention(DURATION) {
            @Override
            public KeyValues getLowCardinalityKeyValues(ServerRequestObservationContext context) {
                return KeyValues.of(
                        method(context),
                        KeyValue.of("endpoint", uri(context).getValue()),
                        KeyValue.of("status_code", status(context).getValue()));
            }
        };
    }

    /** A histogram for each route, not for each route and status; and not what Micrometer adds of those under way. */
    @Bean
    MeterFilter httpDurations() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (!id.getName().equals(DURATION)) {
                    return id;
                }
                Tags tags = Tags.of(id.getTags().stream()
                        .filter(tag -> DURATION_TAGS.contains(tag.getKey()))
                        .toList());
                String description = "Time to answer HTTP requests, by method and route";
                return new Meter.Id(id.getName(), tags, id.getBaseUnit(), description, id.getType());
            }

            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals(DURATION)
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(BUCKETS)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }

    @Bean
    MeterFilter noActiveRequests() {
        return MeterFilter.denyNameStartsWith(DURATION + ".active");
    }

    @Bean
    Requests httpRequests(ObjectProvider<MeterRegistry> meters) {
        return new Requests(meters);
    }

    /** Counts requests. Safe for many threads. */
    static final class Requests implements ObservationHandler<ServerRequestObservationContext> {
        private final ObjectProvider<MeterRegistry> meters;
        private final Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();

        Requests(ObjectProvider<MeterRegistry> meters) {
            this.meters = meters;
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof ServerRequestObservationContext;
        }

        @Override
        public void onStart(ServerRequestObservationContext context) {
            underWay(context).incrementAndGet();
        }

        @Override
        public void onStop(ServerRequestObservationContext context) {
            underWay(context).decrementAndGet();
            Tags tags = Tags.of(context.getLowCardinalityKeyValues().stream()
                    .map(each -> Tag.of(each.getKey(), each.getValue()))
                    .toList());
            Counter.builder("ains.http.requests")
                    .description("HTTP requests that were answered, by method, route and status")
                    .tags(tags)
                    .register(meters.getObject())
                    .increment();
        }

        private AtomicInteger underWay(ServerRequestObservationContext context) {
            KeyValue method = context.getLowCardinalityKeyValue("method");
            return underWay.computeIfAbsent(method == null ? "UNKNOWN" : method.getValue(), name -> {
                AtomicInteger count = new AtomicInteger();
                Gauge.builder("ains.http.requests.in.progress", count, AtomicInteger::get)
                        .description("HTTP requests that are under way, by method")
                        .tag("method", name)
                        .register(meters.getObject());
                return count;
            });
        }
    }
}
