-- What operators are shown is counted of the events from the first one that the topics keep, so these are read again.
-- New scope of tally: event; name is what is counted, part the values of its labels, joined by slashes.
DELETE FROM projection_offset;
DELETE FROM tally;
DELETE FROM agent;
DELETE FROM agent_capability;
DELETE FROM agent_tag;
DELETE FROM capability_ending;
DELETE FROM trust_change;
DELETE FROM task;
DELETE FROM task_input;
DELETE FROM task_result;
DELETE FROM task_event;
DELETE FROM dead_letter;
