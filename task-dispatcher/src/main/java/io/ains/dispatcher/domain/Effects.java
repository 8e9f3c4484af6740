package io.ains.dispatcher.domain;

import io.ains.protocol.AgentOutcome;
import io.ains.protocol.RejectionCode;
import io.ains.protocol.TaskDelivery;
import io.ains.protocol.TaskEvent;

/** What a {@link Dispatcher} does to the world. Called on the dispatcher's thread, in order. */
public interface Effects {
    /** A fact, to be told and, if it is an assignment, a failure or a submission, to be acted upon. */
    void event(TaskEvent event);

    /** An agent is told of an attempt that it has: it is over by no report of its own, or may run for another time. */
    void tell(String capability, TaskDelivery delivery);

    /** Whoever decides on the agent's state must know of this. */
    void agent(AgentOutcome outcome);

    /** A task is now as the record says. */
    void store(TaskRecord task);

    /** An agent is now as the record says; with no slots and no tasks it may be forgotten. */
    void store(AgentRecord agent, boolean gone);

    /** A capability is offered for the first time; its topic must be made before {@link Dispatcher#open}. */
    void newCapability(String capability);

    /** An ended task need not be remembered any more. */
    void forget(String taskId);

    /** A report was ignored that nobody waits to hear about. */
    void ignored(RejectionCode why);
}
