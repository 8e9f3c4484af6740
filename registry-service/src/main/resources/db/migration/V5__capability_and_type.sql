-- Tasks of one capability and one type: both are common, so a walk along either looks at too many rows.
CREATE INDEX task_by_capability_and_type ON task (capability, task_type, status, created_at, task_id);
