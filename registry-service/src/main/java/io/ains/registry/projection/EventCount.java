package io.ains.registry.projection;

import java.util.List;

/** What is counted of the events; each is a counter of its own. */
public enum EventCount {
    TASKS_CREATED("ains_tasks_created", "Tasks accepted", "capability"),
    TASKS_REPEATED("ains_tasks_repeated", "Submissions of a task id that was known", "capability"),
    TASK_ASSIGNMENTS("ains_task_assignments", "Attempts given to agents", "capability"),
    TASKS_COMPLETED("ains_tasks_completed", "Tasks that ended COMPLETED", "capability"),
    TASKS_FAILED(
            "ains_tasks_failed", "Tasks that ended FAILED, and so are dead letters", "capability", "failure_reason"),
    TASKS_CANCELLED("ains_tasks_cancelled", "Tasks that ended CANCELLED", "capability"),
    TASKS_EXPIRED("ains_tasks_expired", "Tasks that ended EXPIRED", "capability"),
    TASK_REQUEUES("ains_task_requeues", "Tasks that went back to their queue, by reason", "capability", "reason"),
    TASK_RETRIES("ains_task_retries", "Failed attempts that are to be repeated", "capability"),
    TASK_TIMEOUTS("ains_task_timeouts", "Attempts that ran past their timeout", "capability"),
    TASK_COMMANDS_REJECTED("ains_task_commands_rejected", "Commands and results that were refused, by reason", "code"),
    AGENT_TASKS_COMPLETED("ains_agent_tasks_completed", "Attempts that agents completed", "capability"),
    AGENT_TASKS_FAILED(
            "ains_agent_tasks_failed", "Attempts that agents failed, overran, or were lost with", "capability"),
    AGENT_REGISTRATIONS("ains_agent_registrations", "Sessions that agents registered"),
    AGENT_REQUESTS_REJECTED("ains_agent_requests_rejected", "Requests of agents that were refused, by reason", "code"),
    AGENT_STATUS_CHANGES(
            "ains_agent_status_changes", "Changes of agents' status, or of its reason", "from", "to", "reason"),
    AGENT_DEATHS("ains_agent_deaths", "Agents declared dead for their silence"),
    AGENT_REVIVALS("ains_agent_revivals", "INACTIVE agents whose same session was heard of again"),
    AGENT_RESTS("ains_agent_rests", "Times that an agent was rested because it did not take its tasks", "capability");

    private final String metric;
    private final String help;
    private final List<String> labels;

    EventCount(String metric, String help, String... labels) {
        this.metric = metric;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The family's name, without {@code _total}. */
    public String metric() {
        return metric;
    }

    /** What it counts, in words. */
    public String help() {
        return help;
    }

    /** The names of its labels. */
    public List<String> labels() {
        return labels;
    }
}
