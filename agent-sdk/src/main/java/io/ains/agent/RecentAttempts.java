package io.ains.agent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * The attempts begun lately, so that a record that comes twice is not worked on twice. Bounded in number, and in time:
 * once the control plane has forgotten a task, its id may come back with attempt 1. For one thread.
 */
final class RecentAttempts {
    private static final int MOST = 20_000;

    /** Well under the 15 minutes for which the control plane remembers a task that has ended. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private record Token(String taskId, int attempt) {}

    private record Entry(Token token, Deadline until) {}

    private final Set<Token> tokens = new HashSet<>();
    private final Queue<Entry> byAge = new ArrayDeque<>();

    boolean contains(String taskId, int attempt) {
        forgetOld();
        return tokens.contains(new Token(taskId, attempt));
    }

    void add(String taskId, int attempt) {
        Token token = new Token(taskId, attempt);
        if (tokens.add(token)) {
            byAge.add(new Entry(token, Deadline.in(KEPT)));
        }
    }

    private void forgetOld() {
        Entry oldest = byAge.peek();
        while (oldest != null && (byAge.size() > MOST || oldest.until().passed())) {
            byAge.remove();
            tokens.remove(oldest.token());
            oldest = byAge.peek();
        }
    }
}
