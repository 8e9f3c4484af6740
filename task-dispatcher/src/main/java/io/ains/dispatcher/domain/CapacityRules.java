package io.ains.dispatcher.domain;

import io.ains.protocol.AgentCapacity;
import io.ains.protocol.AgentState;
import io.ains.protocol.AgentStatus;
import io.ains.protocol.Capability;
import io.ains.protocol.StatusReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an agent's state means for each capability that it offers or once offered. */
public final class CapacityRules {
    private CapacityRules() {}

    /**
     * What each capability must know of an agent now.
     *
     * @param known what they were told before
     * @param agent its state; null if it was deregistered
     * @return one for each capability that it offers, and, without slots, for each that it no longer does: its tasks
     *     of those must be taken back when it dies
     */
    public static List<AgentCapacity> now(List<AgentCapacity> known, @Nullable AgentState agent) {
        if (agent == null) {
            return known.stream().map(CapacityRules::deregistered).toList();
        }
        List<AgentCapacity> now = new ArrayList<>();
        Set<String> offered = new HashSet<>();
        for (Capability capability : agent.capabilities()) {
            now.add(capacity(agent, capability.name(), capability.maxConcurrency()));
            offered.add(capability.name());
        }
        for (AgentCapacity before : known) {
            if (!offered.contains(before.capability())) {
                now.add(capacity(agent, before.capability(), 0));
            }
        }
        return now;
    }

    /**
     * What to remember of that. A capability that is no longer offered is forgotten with the session that offered it: news of
     * another session takes all back that was held in it.
     */
    public static List<AgentCapacity> kept(List<AgentCapacity> known, List<AgentCapacity> now) {
        Map<String, String> sessions = new HashMap<>();
        known.forEach(before -> sessions.put(before.capability(), before.sessionId()));
        return now.stream()
                .filter(each -> each.maxConcurrency() > 0
                        || each.sessionId().equals(sessions.getOrDefault(each.capability(), each.sessionId())))
                .toList();
    }

    /** What is not yet known of that. */
    public static List<AgentCapacity> news(List<AgentCapacity> known, List<AgentCapacity> now) {
        List<AgentCapacity> news = new ArrayList<>(now);
        news.removeAll(known);
        return news;
    }

    private static AgentCapacity capacity(AgentState agent, String capability, int slots) {
        return new AgentCapacity(
                agent.agentId(),
                agent.sessionId(),
                capability,
                agent.delivery(),
                agent.status(),
                agent.statusReason(),
                slots,
                agent.trustScore());
    }

    private static AgentCapacity deregistered(AgentCapacity before) {
        return new AgentCapacity(
                before.agentId(),
                before.sessionId(),
                before.capability(),
                before.delivery(),
                AgentStatus.INACTIVE,
                StatusReason.DEREGISTERED,
                0,
                before.trustScore());
    }
}
