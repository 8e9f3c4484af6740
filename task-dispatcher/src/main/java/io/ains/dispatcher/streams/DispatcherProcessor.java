package io.ains.dispatcher.streams;

import io.ains.dispatcher.domain.AgentRecord;
import io.ains.dispatcher.domain.Dispatcher;
import io.ains.dispatcher.domain.DispatcherSettings;
import io.ains.dispatcher.domain.Effects;
import io.ains.dispatcher.domain.TaskRecord;
import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.DeadTask;
import io.ains.protocol.Ids;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.RequeueReason;
import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;
import io.ains.protocol.TaskResult;
import io.ains.protocol.TaskSpec;
import io.ains.protocol.TaskStatus;
import io.ains.protocol.Tick;
import io.ains.protocol.Topics;
import io.ains.protocol.TraceParent;
import io.ains.service.CommitPace;
import io.ains.service.EventLog;
import io.ains.service.PromptCommit;
import io.ains.service.StoredCounts;
import io.ains.service.TickAges;
import io.ains.service.Ticker;
import io.ains.service.TopicProvisioner;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One partition's dispatcher between its topics and its store. */
final class DispatcherProcessor implements Processor<String, Object, String, Object>, Effects {
    private static final Duration TOPIC_CHECK = Duration.ofMillis(20);
    private static final long SHOW_EVERY_MS = 500;

    private final Topics topics;
    private final DispatcherSettings settings;
    private final CommitPace pace;
    private final TopicProvisioner provisioner;
    private final TickAges ages;
    private final DispatcherMetrics metrics;
    private final TaskSpans spans;

    private ProcessorContext<String, Object> context;
    private DispatcherStore store;
    private Dispatcher dispatcher;
    private CapabilityTopics capabilityTopics;
    private Ticker ticker;
    private PromptCommit commit;
    private StoredCounts<RejectionCode> ignored;
    /** Only while a topic is awaited. */
    private @Nullable Cancellable topicCheck;

    private long now;
    private long shownAt;
    /** The traces of tasks that belong to one, until they are forgotten: most installations have none. */
    private Map<String, String> traces = Map.of();
    /** Of the present record. */
    private @Nullable String traceInHand;
    /** Of the task that the present record completes. */
    private @Nullable JsonNode resultInHand;

    DispatcherProcessor(
            Topics topics,
            DispatcherSettings settings,
            CommitPace pace,
            TopicProvisioner provisioner,
            TickAges ages,
            DispatcherMetrics metrics,
            TaskSpans spans) {
        this.topics = topics;
        this.settings = settings;
        this.pace = pace;
        this.provisioner = provisioner;
        this.ages = ages;
        this.metrics = metrics;
        this.spans = spans;
    }

    /** Streams does this again, after {@link #close}, when it revives a task whose transaction was lost. */
    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
        this.capabilityTopics = new CapabilityTopics(provisioner);
        this.store = new DispatcherStore(context.getStateStore(DispatcherTopology.STORE));
        this.dispatcher = new Dispatcher(settings, store, this);
        this.commit = new PromptCommit(context, pace);
        this.ignored = new StoredCounts<>(context, pace, metrics.ignored());
        this.ticker = new Ticker(context, DispatcherTopology.TICKS, commit, ages, dispatcher::nextDeadline);
        this.traces = store.traces();
        store.restore(dispatcher).forEach(this::ensureTopic);
    }

    private void ensureTopic(String capability) {
        capabilityTopics.ensure(capability);
        if (topicCheck == null) {
            topicCheck = context.schedule(TOPIC_CHECK, PunctuationType.WALL_CLOCK_TIME, time -> openCapabilities());
        }
    }

    private void openCapabilities() {
        capabilityTopics.drainReady(dispatcher::open);
        if (topicCheck != null && !capabilityTopics.isWaiting()) {
            topicCheck.cancel();
            topicCheck = null;
        }
    }

    @Override
    public void process(Record<String, Object> record) {
        now = record.timestamp();
        Object value = record.value();
        if (value instanceof TaskCommand command) {
            traceInHand = TraceParent.of(record.headers());
            dispatcher.on(command, now);
        } else if (value instanceof TaskResult.Report report) {
            dispatcher.on(report, now);
        } else if (value instanceof Tick tick) {
            dispatcher.tick(now, ticker.arrived(tick, now));
            show();
        } else if (value instanceof AgentCapacity capacity && Ids.isValid(capacity.capability())) {
            dispatcher.on(capacity, now);
        } else {
            throw new IllegalArgumentException("expected a command, a result or a capacity, but got "
                    + (value == null ? "an empty record" : value));
        }
    }

    /** With each of the ticks that come once a second, however late the one before was, and not with all others. */
    private void show() {
        if (now - shownAt >= SHOW_EVERY_MS) {
            shownAt = now;
            metrics.present(context.taskId().partition(), dispatcher.capabilities());
            ignored.show();
        }
    }

    @Override
    public void event(TaskEvent event) {
        EventLog.of(event, "decided");
        if (event instanceof TaskEvent.Submitted submitted) {
            store.putSpec(submitted.task());
            follow(submitted.taskId());
        } else if (event instanceof TaskEvent.Requeued requeued && requeued.task() != null) {
            store.putSpec(requeued.task());
        } else if (event instanceof TaskEvent.PriorityChanged changed) {
            store.putSpec(store.spec(changed.taskId()).withPriority(changed.newPriority()));
        } else if (event instanceof TaskEvent.TimeoutChanged changed) {
            store.putSpec(store.spec(changed.taskId()).withTimeoutSeconds(changed.newTimeoutSeconds()));
        } else if (event instanceof TaskEvent.Completed completed) {
            resultInHand = completed.resultData();
        }
        String trace = traces.isEmpty() ? null : traces.get(event.taskId());
        if (trace != null) {
            spans.tell(event, trace);
        }
        forward(event.taskId(), event.taskId(), event, DispatcherTopology.EVENTS);
        if (event instanceof TaskEvent.Assigned assigned) {
            deliver(assigned);
        } else if (event instanceof TaskEvent.Failed failed) {
            bury(failed);
        } else if (isNotDeadAnyMore(event)) {
            forward(event.taskId(), event.taskId(), null, DispatcherTopology.DEAD_TASKS);
        }
    }

    private static boolean isNotDeadAnyMore(TaskEvent event) {
        return event instanceof TaskEvent.DeadTaskPurged
                || (event instanceof TaskEvent.Requeued requeued && requeued.reason() == RequeueReason.RETRY_REQUESTED);
    }

    private void deliver(TaskEvent.Assigned event) {
        TaskSpec spec = store.spec(event.taskId());
        var assignment = new TaskDelivery.TaskAssignment(
                event.taskId(),
                event.agentId(),
                event.sessionId(),
                event.attempt(),
                event.capability(),
                event.capability(),
                spec.clientId(),
                spec.taskType(),
                spec.inputData(),
                spec.metadata(),
                spec.priority(),
                spec.timeoutSeconds(),
                event.at());
        deliver(event.capability(), assignment);
    }

    private void deliver(String capability, TaskDelivery delivery) {
        String topic = topics.capability(capability);
        forward(
                delivery.taskId(),
                delivery.agentId(),
                new DispatcherTopology.Outgoing(topic, delivery),
                DispatcherTopology.DELIVERIES);
    }

    private void bury(TaskEvent.Failed event) {
        DeadTask dead = new DeadTask(
                store.spec(event.taskId()),
                event.at(),
                event.attempt(),
                event.retryCount(),
                event.reason(),
                event.errorMessage(),
                event.agentId());
        forward(event.taskId(), event.taskId(), dead, DispatcherTopology.DEAD_TASKS);
    }

    /** The task begins, in the trace that its command bears, if that bears one. */
    private void follow(String taskId) {
        if (traceInHand != null) {
            store.putTrace(taskId, traceInHand);
            traces.put(taskId, traceInHand);
        } else if (traces.remove(taskId) != null) {
            store.forgetTrace(taskId); // of an earlier task of this id
        }
    }

    private void forward(String taskId, String key, @Nullable Object value, String sink) {
        Record<String, Object> record = new Record<>(key, value, now);
        if (!traces.isEmpty()) {
            TraceParent.add(traces.get(taskId), record.headers());
        }
        context.forward(record, sink);
        commit.afterOutput();
    }

    @Override
    public void tell(String capability, TaskDelivery delivery) {
        deliver(capability, delivery);
    }

    @Override
    public void agent(AgentOutcome outcome) {
        context.forward(new Record<>(outcome.agentId(), outcome, now), DispatcherTopology.AGENT_OUTCOMES);
        commit.afterOutput();
    }

    @Override
    public void store(TaskRecord task) {
        store.put(task, task.status() == TaskStatus.COMPLETED ? resultInHand : null);
    }

    @Override
    public void store(AgentRecord agent, boolean gone) {
        store.put(agent, gone);
    }

    @Override
    public void newCapability(String capability) {
        store.putCapability(capability);
        ensureTopic(capability);
    }

    @Override
    public void forget(String taskId) {
        store.forget(taskId);
        if (traces.remove(taskId) != null) {
            store.forgetTrace(taskId);
        }
    }

    @Override
    public void ignored(RejectionCode why) {
        ignored.add(why);
    }

    @Override
    public void close() {
        capabilityTopics.close();
        if (topicCheck != null) {
            topicCheck.cancel();
            topicCheck = null;
        }
        ticker.close();
        ignored.close();
        metrics.absent(context.taskId().partition());
    }
}
