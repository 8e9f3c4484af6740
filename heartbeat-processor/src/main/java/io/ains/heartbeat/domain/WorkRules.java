package io.ains.heartbeat.domain;

import io.ains.protocol.AgentEvent;
import io.ains.protocol.AgentOutcome;
import io.ains.protocol.AgentOutcome.AttemptEnded;
import io.ains.protocol.AgentOutcome.Rested;
import io.ains.protocol.AgentOutcome.Resumed;
import io.ains.protocol.AgentState.Rest;
import java.util.ArrayList;
import java.util.List;

/** Decides what an agent's work says of the agent. One instance sees one outcome: what is known, and the time. */
final class WorkRules implements AgentOutcome.Visitor<Decision> {
    private final AgentRecord agent;
    private final long time;

    private WorkRules(AgentRecord agent, long time) {
        this.agent = agent;
        this.time = time;
    }

    static Decision decide(AgentRecord agent, AgentOutcome outcome, long time) {
        return outcome.accept(new WorkRules(agent, time));
    }

    @Override
    public Decision visit(AttemptEnded outcome) {
        return TrustRules.attempt(agent, outcome, time);
    }

    @Override
    public Decision visit(Rested outcome) {
        boolean offers =
                agent.capabilities().stream().anyMatch(offered -> offered.name().equals(outcome.capability()));
        if (isOfAnotherSession(outcome.sessionId())
                || !offers
                || agent.standing().restsFor(outcome.capability())) {
            return Decision.none();
        }
        List<Rest> resting = new ArrayList<>(agent.standing().resting());
        resting.add(new Rest(outcome.capability(), outcome.reason(), time));
        return nowResting(
                resting,
                new AgentEvent.Rested(
                        agent.agentId(), time, null, outcome.sessionId(), outcome.capability(), outcome.reason()));
    }

    @Override
    public Decision visit(Resumed outcome) {
        if (isOfAnotherSession(outcome.sessionId()) || !agent.standing().restsFor(outcome.capability())) {
            return Decision.none();
        }
        List<Rest> resting = agent.standing().resting().stream()
                .filter(rest -> !rest.capability().equals(outcome.capability()))
                .toList();
        return nowResting(
                resting,
                new AgentEvent.Resumed(agent.agentId(), time, null, outcome.sessionId(), outcome.capability()));
    }

    private boolean isOfAnotherSession(String sessionId) {
        return !sessionId.equals(agent.standing().sessionId());
    }

    private Decision nowResting(List<Rest> resting, AgentEvent event) {
        return Decision.of(Decision.Effect.TELL, agent.with(agent.standing().with(resting)), List.of(event));
    }
}
