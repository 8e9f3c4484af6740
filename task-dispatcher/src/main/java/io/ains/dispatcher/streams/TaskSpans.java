package io.ains.dispatcher.streams;

import io.ains.protocol.TaskEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes two kinds of spans of the events of a task that belongs to a trace: {@code wait} while it is in the queue, and
 * {@code attempt} while an agent has it. Their times are those of the events. What an instance has not seen begin, it
 * tells nothing of. Safe for many threads; does not block.
 */
public final class TaskSpans {
    private static final int MAX_OPEN = 100_000;
    private static final int PARTS = 4;

    private final @Nullable Tracer tracer;
    private final Map<String, Long> since = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_OPEN;
        }
    });

    /**
     * Spans of one service.
     *
     * @param tracer that exports them; null if nobody wants them
     */
    public TaskSpans(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Something became of a task.
     *
     * @param traceparent of the task, valid
     */
    void tell(TaskEvent event, String traceparent) {
        if (tracer == null) {
            return;
        }
        String id = event.taskId();
        if (event instanceof TaskEvent.Submitted || event instanceof TaskEvent.Queued) {
            since.put(id, event.at());
        } else if (event instanceof TaskEvent.Assigned assigned) {
            end("wait", event, traceparent, assigned.agentId(), assigned.attempt(), null);
            since.put(id, event.at());
        } else if (event instanceof TaskEvent.Requeued requeued) {
            end(
                    "attempt",
                    event,
                    traceparent,
                    requeued.agentId(),
                    requeued.attempt(),
                    requeued.reason().name());
            since.put(id, Math.max(event.at(), requeued.availableAt()));
        } else if (event instanceof TaskEvent.Completed completed) {
            end("attempt", event, traceparent, completed.agentId(), completed.attempt(), null);
        } else if (event instanceof TaskEvent.Failed failed) {
            end(
                    "attempt",
                    event,
                    traceparent,
                    failed.agentId(),
                    failed.attempt(),
                    failed.reason().name());
        } else if (event instanceof TaskEvent.Cancelled || event instanceof TaskEvent.Expired) {
            since.remove(id);
        }
    }

    private void end(
            String name,
            TaskEvent event,
            String traceparent,
            @Nullable String agentId,
            int attempt,
            @Nullable String failure) {
        Long began = since.remove(event.taskId());
        if (began == null || tracer == null) {
            return;
        }
        Span span = tracer.spanBuilder(name + " " + event.capability())
                .setParent(Context.root().with(Span.wrap(parent(traceparent))))
                .setSpanKind(SpanKind.INTERNAL)
                .setStartTimestamp(began, TimeUnit.MILLISECONDS)
                .setAttribute("task_id", event.taskId())
                .setAttribute("capability", event.capability())
                .setAttribute("attempt", attempt)
                .startSpan();
        if (agentId != null) {
            span.setAttribute("agent_id", agentId);
        }
        if (failure != null) {
            span.setStatus(StatusCode.ERROR, failure);
        }
        span.end(Math.max(began, event.at()), TimeUnit.MILLISECONDS);
    }

    private static SpanContext parent(String traceparent) {
        String[] parts = traceparent.split("-", PARTS);
        return SpanContext.createFromRemoteParent(
                parts[1], parts[2], TraceFlags.fromHex(parts[PARTS - 1], 0), TraceState.getDefault());
    }
}
