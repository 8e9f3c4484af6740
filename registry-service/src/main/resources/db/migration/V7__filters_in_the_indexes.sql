-- A list by two filters walks along one of them. With the other one in the index as well, it counts without a look at the
-- tasks. An agent has so few tasks that its index can do without.
DROP INDEX task_by_client;
DROP INDEX task_by_type;
DROP INDEX task_by_capability;
DROP INDEX task_by_capability_and_type;
CREATE INDEX task_by_client ON task (client_id, status, created_at, task_id, capability, task_type);
CREATE INDEX task_by_type ON task (task_type, status, created_at, task_id, client_id);
CREATE INDEX task_by_capability ON task (capability, status, created_at, task_id, client_id);
CREATE INDEX task_by_capability_and_type ON task (capability, task_type, status, created_at, task_id, client_id);
