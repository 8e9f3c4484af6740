-- A search by trust, in another order, passes over what is not trusted enough without a look at the agent.
DROP INDEX agent_by_price;
DROP INDEX agent_by_latency;
CREATE INDEX agent_by_price ON agent (price_order, agent_id, trust_score);
CREATE INDEX agent_by_latency ON agent (latency_order, agent_id, trust_score);
