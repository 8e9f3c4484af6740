package io.ains.service;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.TaskEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the log of each event that a service decides on or takes in, for whoever follows a task or an agent by its id
 * through all services: logger {@value #NAME}, at DEBUG, off unless asked for. Never what a task or a result contains.
 * Safe for many threads; costs a look at the level while it is off.
 */
public final class EventLog {
    /** Of the logger, to be set at start or at run time. */
    public static final String NAME = "io.ains.events";

    private static final Logger log = LoggerFactory.getLogger(NAME);

    private EventLog() {}

    /**
     * Tells of a task's event.
     *
     * @param event what became of the task
     * @param what the service did with it, such as {@code decided}
     */
    public static void of(TaskEvent event, String what) {
        if (!log.isDebugEnabled()) {
            return;
        }
        LoggingEventBuilder line =
                log.atDebug().addKeyValue("task_id", event.taskId()).addKeyValue("capability", event.capability());
        if (event instanceof TaskEvent.Assigned assigned) {
            line = attempt(line, assigned.agentId(), assigned.attempt());
        } else if (event instanceof TaskEvent.Started started) {
            line = attempt(line, started.agentId(), started.attempt());
        } else if (event instanceof TaskEvent.Requeued requeued) {
            line = attempt(line, requeued.agentId(), requeued.attempt());
            line = line.addKeyValue("reason", requeued.reason());
        } else if (event instanceof TaskEvent.Completed completed) {
            line = attempt(line, completed.agentId(), completed.attempt());
        } else if (event instanceof TaskEvent.Failed failed) {
            line = attempt(line, failed.agentId(), failed.attempt());
            line = line.addKeyValue("reason", failed.reason());
        } else if (event instanceof TaskEvent.CommandRejected rejected) {
            line = line.addKeyValue("reason", rejected.code());
        }
        line.log("{} {}", event.getClass().getSimpleName(), what);
    }

    private static LoggingEventBuilder attempt(LoggingEventBuilder line, @Nullable String agentId, int attempt) {
        LoggingEventBuilder numbered = line.addKeyValue("attempt", attempt);
        return agentId == null ? numbered : numbered.addKeyValue("agent_id", agentId);
    }

    /**
     * Tells of an agent's event.
     *
     * @param event what became of the agent
     * @param what the service did with it, such as {@code decided}
     */
    public static void of(AgentEvent event, String what) {
        if (!log.isDebugEnabled()) {
            return;
        }
        LoggingEventBuilder line = log.atDebug().addKeyValue("agent_id", event.agentId());
        if (event instanceof AgentEvent.StatusChanged changed) {
            line = line.addKeyValue("status", changed.to()).addKeyValue("reason", changed.reason());
        } else if (event instanceof AgentEvent.RequestRejected rejected) {
            line = line.addKeyValue("reason", rejected.code());
        }
        line.log("{} {}", event.getClass().getSimpleName(), what);
    }
}
