package io.ains.dispatcher.domain;

/** Trust in hundredths: the one unit in which what agents have is compared with what tasks demand. */
final class TrustSteps {
    /** Steps from 0 to 100. */
    static final int COUNT = 101;

    /** Keeps 0.07 × 100 from being more than 7. */
    private static final double EPSILON = 1e-9;

    private TrustSteps() {}

    /** What an agent has, rounded down. */
    static int of(AgentSlots agent) {
        double trust = Math.min(1, Math.max(0, agent.capacity.trustScore()));
        return (int) Math.floor(trust * (COUNT - 1) + EPSILON);
    }

    /** What a task demands, rounded up: nobody gets a task that asks for more. */
    static int of(Task task) {
        return (int) Math.ceil(task.minTrust * (COUNT - 1) - EPSILON);
    }
}
