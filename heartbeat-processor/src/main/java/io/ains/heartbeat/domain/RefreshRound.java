package io.ains.heartbeat.domain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Whose state is told next though nothing urgent changed: each in turn, so many a second. Ten agents look fresh to the
 * second, and a million do not flood the topic.
 */
final class RefreshRound {
    /** A little under the second between two ticks, which is not exact. */
    private static final long PAUSE_MS = 900;

    private static final long SECOND_MS = 1_000;
    /** Entries looked at for each that may be told: the rest were told lately, or died. */
    private static final int LOOKS_PER_TELL = 4;

    private final int perSecond;
    private final Deque<Agent> round = new ArrayDeque<>();
    /** In thousandths of a record, so that ticks of any spacing add up. */
    private long credit;

    private long lastTime;

    RefreshRound(int perSecond) {
        this.perSecond = perSecond;
    }

    void join(Agent agent) {
        if (!agent.inRound) {
            agent.inRound = true;
            round.addLast(agent);
        }
    }

    void run(long time, Consumer<Agent> tell) {
        long elapsed = Math.min(SECOND_MS, Math.max(0, time - lastTime));
        lastTime = Math.max(lastTime, time);
        credit = Math.min(perSecond * SECOND_MS, credit + elapsed * perSecond);
        long looks = Math.min(round.size(), credit / SECOND_MS * LOOKS_PER_TELL);
        for (; looks > 0 && credit >= SECOND_MS; looks--) {
            Agent agent = round.removeFirst();
            if (!agent.wantsRefresh()) {
                agent.inRound = false;
                continue;
            }
            round.addLast(agent);
            if (time - agent.toldAt() >= PAUSE_MS) {
                credit -= SECOND_MS;
                tell.accept(agent);
            }
        }
    }
}
