package io.ains.registry.commands;

import io.ains.protocol.TraceParent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The trace to which what is asked for now belongs. Safe for many threads. */
@Component
final class CurrentTrace {
    private final @Nullable Tracer tracer;

    /** Without an exporter nobody would ever see this service's own span, so the client's is the parent. */
    CurrentTrace(ObjectProvider<Tracer> tracers, ObjectProvider<SpanExporter> exporters) {
        this.tracer = exporters.getIfAvailable() == null ? null : tracers.getIfAvailable();
    }

    /** The present request's, on its thread; null if its client does not trace, and it was not chosen to be traced. */
    @Nullable
    String ofRequest() {
        Span span = tracer == null ? null : tracer.currentSpan();
        TraceContext context = span == null ? null : span.context();
        if (context != null && Boolean.TRUE.equals(context.sampled())) {
            return "00-" + context.traceId() + "-" + context.spanId() + "-01";
        }
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                ? TraceParent.valid(request.getRequest().getHeader(TraceParent.HEADER))
                : null;
    }
}
