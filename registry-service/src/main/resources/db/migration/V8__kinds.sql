-- Agents of one kind offer the same capabilities under the same tags, and a fleet has few kinds: so a search looks among the
-- kinds, not among the agents. The agents are read again from their states.
-- New scope of tally, in the place of tags: kinds; name is the kind, part the status: agents.
DROP TABLE agent_tag;
DELETE FROM agent;
DELETE FROM agent_capability;
DELETE FROM tally WHERE scope IN ('agents', 'slots', 'tags');
DELETE FROM projection_offset WHERE topic LIKE '%agent.states';

CREATE TABLE kind_capability (
    kind ${text} NOT NULL,
    name ${text} NOT NULL,
    PRIMARY KEY (kind, name)
);
CREATE INDEX kind_capability_by_name ON kind_capability (name, kind);

CREATE TABLE kind_tag (
    kind ${text} NOT NULL,
    tag  ${text} NOT NULL,
    PRIMARY KEY (kind, tag)
);
CREATE INDEX kind_tag_by_tag ON kind_tag (tag, kind);

ALTER TABLE agent ADD COLUMN kind ${text} NOT NULL DEFAULT '';
CREATE INDEX agent_by_kind ON agent (kind, trust_score, status);

-- A search along an order passes over agents without a look at them.
DROP INDEX agent_by_trust;
DROP INDEX agent_by_price;
DROP INDEX agent_by_latency;
CREATE INDEX agent_by_trust ON agent (trust_score DESC, agent_id, status, kind);
CREATE INDEX agent_by_price ON agent (price_order, agent_id, trust_score, status, kind);
CREATE INDEX agent_by_latency ON agent (latency_order, agent_id, trust_score, status, kind);

-- An older release that still runs beside this one would write agents without a kind. It cannot find its turn any more.
ALTER TABLE projection_turn RENAME TO writer_turn;
